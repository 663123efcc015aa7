#include "headrace/trainer/thread_budget.h"

#include <gtest/gtest.h>

namespace headrace {
namespace {

struct Case {
  int cores, ranks, model, loader;
  int model_gets, loader_gets;
};

TEST(ThreadBudget, SumsToTheCoresOfARank) {
  for (const Case& c : {
           Case{16, 1, 0, 0, 12, 4}, Case{16, 4, 0, 0, 3, 1}, Case{2, 1, 0, 0, 1, 1},
           Case{1, 1, 0, 0, 1, 1},  // no less than one each
           Case{2, 8, 0, 0, 1, 1},  // more ranks than cores
           Case{16, 1, 10, 0, 10, 6}, Case{16, 1, 0, 9, 7, 9},
           Case{4, 1, 8, 8, 8, 8},  // asked for is asked for
       }) {
    const ThreadBudget budget = thread_budget(c.cores, c.ranks, c.model, c.loader);
    EXPECT_EQ(budget.model, c.model_gets) << c.cores << " cores, " << c.ranks << " ranks";
    EXPECT_EQ(budget.loader, c.loader_gets) << c.cores << " cores, " << c.ranks << " ranks";
  }
}

}  // namespace
}  // namespace headrace
