#include "headrace/report/text_table.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace headrace {
namespace {

struct CodePoint {
  char32_t value = 0;
  size_t bytes = 1;
};

// The first code point of `text` (not empty). A byte that starts none stands for itself.
CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  const size_t bytes = lead < 0x80       ? 1
                       : lead >> 5 == 6  ? 2
                       : lead >> 4 == 14 ? 3
                       : lead >> 3 == 30 ? 4
                                         : 0;
  if (bytes == 0 || bytes > text.size()) return {0xFFFD, 1};
  char32_t value = bytes == 1 ? lead : lead & (0x7FU >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if (byte(i) >> 6 != 2) return {0xFFFD, 1};
    value = value << 6 | (byte(i) & 0x3FU);
  }
  return {value, bytes};
}

using Range = std::pair<char32_t, char32_t>;

constexpr std::array<Range, 7> kNoWidth{{{0x0300, 0x036F},
                                         {0x0483, 0x0489},
                                         {0x0591, 0x05BD},
                                         {0x200B, 0x200F},
                                         {0x20D0, 0x20FF},
                                         {0xFE00, 0xFE0F},
                                         {0xFE20, 0xFE2F}}};
constexpr std::array<Range, 9> kTwoWide{{{0x1100, 0x115F},
                                         {0x2E80, 0xA4CF},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0xFFE0, 0xFFE6},
                                         {0x1F300, 0x1FAFF},
                                         {0x20000, 0x3FFFD}}};

template <size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t value) {
  return std::any_of(ranges.begin(), ranges.end(), [=](const Range& range) {
    return range.first <= value && value <= range.second;
  });
}

size_t width_of(char32_t value) {
  if (is_in(kNoWidth, value)) return 0;
  return is_in(kTwoWide, value) ? 2 : 1;
}

std::string spaces(size_t count) {
  return std::string(count, ' ');
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const CodePoint code_point = first_code_point(text);
    width += width_of(code_point.value);
    text.remove_prefix(code_point.bytes);
  }
  return width;
}

std::string shorten_left(std::string_view text, size_t width) {
  size_t left = display_width(text);
  if (left <= width) return std::string(text);
  if (width == 0) return {};
  while (!text.empty() && left > width - 1) {
    const CodePoint code_point = first_code_point(text);
    left -= width_of(code_point.value);
    text.remove_prefix(code_point.bytes);
  }
  return "…" + std::string(text);
}

std::string without_controls(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const CodePoint code_point = first_code_point(text);
    const char32_t value = code_point.value;
    if (value < 0x20 || (value >= 0x7F && value < 0xA0)) {
      clean += '?';
    } else {
      clean += text.substr(0, code_point.bytes);
    }
    text.remove_prefix(code_point.bytes);
  }
  return clean;
}

std::string wrap(std::string_view text, size_t width) {
  std::string lines;
  size_t used = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const size_t needed = display_width(word);
    if (used > 0 && used + 1 + needed > width) {
      lines += '\n';
      used = 0;
    }
    if (used > 0) lines += ' ';
    lines += word;
    used += needed + (used > 0 ? 1 : 0);
  }
  return lines + '\n';
}

void TextTable::add_row(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = without_controls(cell);
  rows_.push_back(std::move(cells));
}

void TextTable::add_rule() {
  rows_.emplace_back();
}

std::string TextTable::to_string() const {
  std::vector<size_t> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  size_t total = 0;
  for (size_t i = 0; i < widths.size(); ++i) total += widths[i] + (i > 0 ? 2 : 0);

  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    if (row.empty()) {
      for (size_t i = 0; i < total; ++i) line += "─";
    }
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      const std::string padding = spaces(widths[i] - display_width(row[i]));
      line += columns_[i] == Align::kLeft ? row[i] + padding : padding + row[i];
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += line + '\n';
  }
  return text;
}

}  // namespace headrace
