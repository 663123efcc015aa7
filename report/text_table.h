// Aligned columns of UTF-8 text for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headrace {

// Columns that a terminal needs for `text`: one a code point, two for East Asian wide and emoji,
// none for combining marks; a byte that is not UTF-8 counts as one. The ranges are those of Markus
// Kuhn's wcwidth.c with the emoji planes added.
size_t display_width(std::string_view text);

// `text` where it fits `width` columns, else its end behind an ellipsis: "…/imagenet/train". The
// end of a path is what tells it from others.
std::string shorten_left(std::string_view text, size_t width);

// `text` with each control character replaced by '?': names of files must not steer a terminal.
std::string without_controls(std::string_view text);

// `text` in lines of at most `width` columns, broken at spaces; a longer word keeps its own line.
// Every line ends in '\n'.
std::string wrap(std::string_view text, size_t width);

enum class Align { kLeft, kRight };

// Rows of cells, as wide as the widest cell of each column, two spaces between. Threads: one at a
// time.
class TextTable {
 public:
  explicit TextTable(std::vector<Align> columns) : columns_(std::move(columns)) {}

  // Cells beyond the columns are dropped, missing ones stay empty; control characters become '?'.
  void add_row(std::vector<std::string> cells);
  // A line across all columns.
  void add_rule();

  // Every line ends in '\n', none in a space.
  std::string to_string() const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;  // an empty row is a rule
};

}  // namespace headrace
