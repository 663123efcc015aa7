#include "headrace/report/text_table.h"

#include <gtest/gtest.h>

namespace headrace {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("Größe"), 5U);
  EXPECT_EQ(display_width("…─"), 2U);
  EXPECT_EQ(display_width("e\u0301"), 1U) << "a combining accent takes no column";
  EXPECT_EQ(display_width("写真"), 4U);
  EXPECT_EQ(display_width("🐌"), 2U);
}

TEST(DisplayWidth, CountsEachBrokenByteOnce) {
  EXPECT_EQ(display_width("a\xFF\xFE"), 3U);
  EXPECT_EQ(display_width("\xE2\x80"), 2U) << "cut short";
  EXPECT_EQ(display_width("\xE2z\x80"), 3U);
}

TEST(ShortenLeft, KeepsTheEnd) {
  EXPECT_EQ(shorten_left("train", 5), "train");
  EXPECT_EQ(shorten_left("/data/imagenet/train", 10), "…net/train");
  EXPECT_EQ(shorten_left("写真/train", 9), "…真/train");
  EXPECT_EQ(shorten_left("写真/train", 8), "…/train") << "half a character does not fit";
  EXPECT_EQ(shorten_left("train", 1), "…");
  EXPECT_EQ(shorten_left("train", 0), "");
}

TEST(WithoutControls, DefusesEscapeSequences) {
  EXPECT_EQ(without_controls("a\x1b[2Jb\nc\td\x7f"), "a?[2Jb?c?d?");
  EXPECT_EQ(without_controls("\u009b"
                             "2J"),
            "?2J")
      << "the one-character form of ESC [";
  EXPECT_EQ(without_controls("größe/写真"), "größe/写真");
}

TEST(Wrap, BreaksAtSpaces) {
  EXPECT_EQ(wrap("one two three", 7), "one two\nthree\n");
  EXPECT_EQ(wrap("one two three", 6), "one\ntwo\nthree\n");
  EXPECT_EQ(wrap("a extraordinarily b", 6), "a\nextraordinarily\nb\n");
  EXPECT_EQ(wrap("ää öö", 5), "ää öö\n") << "columns, not bytes";
  EXPECT_EQ(wrap("", 5), "\n");
}

TEST(TextTable, AlignsColumns) {
  TextTable table({Align::kLeft, Align::kRight, Align::kRight});
  table.add_row({"größe", "1.5", "x"});
  table.add_rule();
  table.add_row({"b", "100.25"});
  table.add_row({"写真", "2", "yy", "dropped"});
  EXPECT_EQ(table.to_string(),
            "größe     1.5   x\n"
            "─────────────────\n"
            "b      100.25\n"
            "写真        2  yy\n");
}

TEST(TextTable, DefusesCells) {
  TextTable table({Align::kLeft});
  table.add_row({"a\nb"});
  EXPECT_EQ(table.to_string(), "a?b\n");
}

}  // namespace
}  // namespace headrace
