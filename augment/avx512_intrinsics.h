// <immintrin.h>, without the warnings of g++ 12 about what its _mm512_undefined_epi32() leaves
// unset on purpose (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105593).
#pragma once

#include <hwy/base.h>

HWY_DIAGNOSTICS(push)
#if HWY_COMPILER_GCC_ACTUAL
HWY_DIAGNOSTICS_OFF(, ignored "-Wuninitialized")
HWY_DIAGNOSTICS_OFF(, ignored "-Wmaybe-uninitialized")
#endif
#include <immintrin.h>
HWY_DIAGNOSTICS(pop)
