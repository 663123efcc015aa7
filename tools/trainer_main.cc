// The `headrace-trainer` program: the commands that need torch. Users type `headrace profile ...`,
// which runs this one with the same arguments.
#include "headrace/tools/program.h"
#include "headrace/tools/trainer_profile.h"
#include "headrace/trainer/torch_runtime.h"

namespace {

constexpr const headrace::Command* kCommands[] = {&headrace::kProfileCommand};

}  // namespace

int main(int argc, char** argv) {
  headrace::tune_allocator();
  return headrace::run_program("The commands of headrace that need torch.", kCommands, {}, argc,
                               argv);
}
