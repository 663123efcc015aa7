// Results with round figures, for the writers' tests.
#pragma once

#include "headrace/report/bench_result.h"
#include "headrace/report/profile_result.h"

namespace headrace {

// A step with these phases, in milliseconds, by Phase; negative: not measured.
StepRecord made_up_step(const std::array<double, kPhaseCount>& milliseconds);

// `count` samples of `each` wall time and half of that CPU time.
StageTotals made_up_stage(int64_t count, int64_t failures, Nanoseconds each);

// Two ranks of 32 images; a first step of 900 ms, then steps of 190, 200 and 210 ms of which
//   input_wait 48, host_to_device n/a, forward 55, backward 60, rank_wait 4, reduction 12,
//   optimizer 9, other 2, 12 and 22;
// preprocessing 46 ms wall, 90 ms CPU; reduction exclusive, 12 ms.
ProfileRun made_up_sequential();

// The same under the pipelined schedule: input_wait 1, forward 57, backward 70 and reduction 5,
// steps of 148, 158 and 168 ms; preprocessing 44 ms CPU; reduction overlapped: 14 ms busy, 5
// exposed, 9 hidden.
ProfileRun made_up_pipelined();

BenchResult made_up_bench();

}  // namespace headrace
