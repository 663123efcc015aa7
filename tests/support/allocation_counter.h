// Counts the allocations of a test program by replacing operator new.
#pragma once

namespace headrace {

int allocations();  // since the program began, in all threads

}  // namespace headrace
