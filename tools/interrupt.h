// Ctrl-C as a request: work stops at its next good moment and cleans up; a second one ends at once.
#pragma once

#include <stop_token>

namespace headrace {

// From now on SIGINT and SIGTERM request a stop. Call once, from main, before other threads start:
// they inherit that these signals are for the thread which waits for them.
void stop_on_interrupt();

// Asked for by everything that takes long. Threads: any.
std::stop_token interrupt_token();

}  // namespace headrace
