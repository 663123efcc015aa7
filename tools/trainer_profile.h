// headrace profile, as headrace-trainer runs it.
#pragma once

#include "headrace/tools/command.h"

namespace headrace {

extern const Command kProfileCommand;

}  // namespace headrace
