// CMYK to RGB.
#pragma once

#include <cstdint>

namespace headrace {

// `width` pixels, as Pillow's convert("RGB") makes them: cmyk2rgb (libImaging/Convert.c) of samples
// that Pillow inverts first, as Adobe stores them: what is stored is 255 - ink.
void cmyk_to_rgb(uint8_t* rgb, const uint8_t* stored, int width);

}  // namespace headrace
