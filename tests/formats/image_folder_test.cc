#include "headrace/formats/image_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/stat.h>

#include <memory>

#include "faulty_storage.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// "label filename" of every record.
std::vector<std::string> contents(const RecordSource& source) {
  std::vector<std::string> lines;
  Record record;
  for (int64_t i = 0; i < source.size(); ++i) {
    const Status status = source.read(record, i);
    EXPECT_TRUE(status.ok()) << status.message();
    lines.push_back(fmt::format("{} {}", record.label, record.filename));
  }
  return lines;
}

std::unique_ptr<RecordSource> open(const TempFolder& temp) {
  return open_image_folder(local_storage(), temp.path()).value();
}

TEST(ImageFolder, ClassesAndFilesAreInTorchvisionsOrder) {
  const TempFolder temp;
  // os.walk's roots sorted as texts: "b/a" < "b/a-b" < "b/a/x", and files of a folder before those
  // of the folders in it. Capital letters first; the names' order is of bytes, not of numbers.
  for (const char* name : {"b/z.jpg", "b/a/2.jpg", "b/a/10.jpg", "b/a-b/1.jpg", "b/a/x/1.jpg",
                           "B/1.JPG", "a/1.png", "a/\xc3\xa9.jpg", "a/Z.jpg"})
    temp.write(name, "x");
  const auto source = open(temp);
  EXPECT_THAT(source->class_names(), ElementsAre("B", "a", "b"));
  EXPECT_THAT(contents(*source),
              ElementsAre("0 B/1.JPG", "1 a/1.png", "1 a/Z.jpg", "1 a/\xc3\xa9.jpg", "2 b/z.jpg",
                          "2 b/a/10.jpg", "2 b/a/2.jpg", "2 b/a-b/1.jpg", "2 b/a/x/1.jpg"));
}

TEST(ImageFolder, TakesTorchvisionsExtensionsInAnyCase) {
  const TempFolder temp;
  for (const char* name : {"1.jpg", "2.JPEG", "3.Png", "4.ppm", "5.bmp", "6.pgm", "7.tif", "8.tiff",
                           "9.webp", "a.jpg.txt", "b.gif", "c.jpgx", "jpg", "d.npy"})
    temp.write(std::string("c/") + name, "x");
  EXPECT_EQ(open(temp)->size(), 9);
  EXPECT_TRUE(has_image_name("x.JPG"));
  EXPECT_FALSE(has_image_name(".jpg"));
  EXPECT_FALSE(has_image_name("g"));
}

TEST(ImageFolder, IgnoresHiddenNamesFoldersCalledPicturesAndPipes) {
  const TempFolder temp;
  for (const char* name : {"c/1.jpg", "c/.2.jpg", "c/.thumbs/3.jpg", ".git/4.jpg", "c/5.jpg/6.jpg"})
    temp.write(name, "x");
  ASSERT_EQ(::mkfifo((temp / "c/pipe.jpg").c_str(), 0600), 0);
  const auto source = open(temp);
  EXPECT_THAT(source->class_names(), ElementsAre("c"));
  EXPECT_THAT(contents(*source), ElementsAre("0 c/1.jpg", "0 c/5.jpg/6.jpg"));
}

TEST(ImageFolder, FollowsLinksOnce) {
  const TempFolder temp;
  const TempFolder elsewhere;
  elsewhere.write("1.jpg", "x");
  elsewhere.write("deep/2.jpg", "x");
  temp.write("a/own.jpg", "x");
  temp.write("b/own.jpg", "x");
  using std::filesystem::create_directory_symlink;
  create_directory_symlink(elsewhere.path(), temp / "linked_class");
  create_directory_symlink(elsewhere.path(), temp / "a/first");
  create_directory_symlink(elsewhere.path(), temp / "a/second");
  create_directory_symlink(elsewhere / "deep", temp / "a/z");
  create_directory_symlink(".", temp / "a/self");
  create_directory_symlink("..", temp / "a/up");
  create_directory_symlink("/", temp / "a/top");
  std::filesystem::create_symlink(temp / "b/own.jpg", temp / "a/file.jpg");
  EXPECT_THAT(contents(*open(temp)),
              ElementsAre("0 a/file.jpg", "0 a/own.jpg", "0 a/first/1.jpg", "0 a/z/2.jpg",
                          "1 b/own.jpg", "2 linked_class/1.jpg", "2 linked_class/deep/2.jpg"));
}

TEST(ImageFolder, ErrorsOfReadingNameTheFile) {
  const TempFolder temp;
  for (const char* name : {"c/1.jpg", "c/2.jpg", "c/3.jpg"}) temp.write(name, "x");
  temp.write("c/4.jpg", "");
  std::filesystem::create_symlink("nowhere", temp / "c/5.jpg");
  const auto source = open(temp);
  ASSERT_EQ(source->size(), 5);
  std::filesystem::remove(temp / "c/1.jpg");
  std::filesystem::remove(temp / "c/2.jpg");
  std::filesystem::create_directory(temp / "c/2.jpg");
  std::filesystem::resize_file(temp / "c/3.jpg", (uint64_t{1} << 30) + 1);  // a hole, not bytes
  Record record;
  const auto expect = [&](int64_t i, StatusCode code, std::string_view reason) {
    const Status status = source->read(record, i);
    EXPECT_EQ(status.code(), code);
    EXPECT_THAT(status.message(), HasSubstr(source->locate(i)));
    EXPECT_THAT(status.message(), HasSubstr(reason));
  };
  expect(0, StatusCode::kNotFound, "No such file");
  expect(1, StatusCode::kIoError, "a folder");
  expect(2, StatusCode::kResourceExhausted, "1073741825 bytes");
  expect(3, StatusCode::kCorruptData, "an empty file");
  expect(4, StatusCode::kNotFound, "No such file");
}

TEST(ImageFolder, ErrorsOfOpeningSayWhatToDo) {
  const auto status = [](const std::string& root) {
    return open_image_folder(local_storage(), root).status();
  };
  const TempFolder temp;
  EXPECT_EQ(status(temp / "gone").code(), StatusCode::kNotFound);
  EXPECT_THAT(status(temp / "gone").message(), HasSubstr(temp / "gone"));

  EXPECT_EQ(status(temp.path()).code(), StatusCode::kNotFound);
  EXPECT_EQ(status(temp.path()).message(),
            fmt::format("{0}: no class folders; expected {0}/CLASS/x.jpg", temp.path()));

  temp.write("1.jpg", "x");
  EXPECT_THAT(status(temp.path()).message(),
              HasSubstr("1 pictures but no class folders; put each"));

  temp.write("full/1.jpg", "x");
  temp.write("void/notes.txt", "x");
  EXPECT_EQ(status(temp.path()).code(), StatusCode::kNotFound);
  EXPECT_THAT(status(temp.path()).message(),
              HasSubstr("1 of 2 class folders without pictures (void); looked for .jpg"));
}

TEST(ImageFolder, AFolderThatCannotBeListedIsAnError) {
  const TempFolder temp;
  temp.write("c/1.jpg", "x");
  temp.write("c/locked/2.jpg", "x");
  FaultyStorage storage;
  storage.no_list = temp / "c/locked";
  const Status status = open_image_folder(storage, temp.path()).status();
  EXPECT_EQ(status.code(), StatusCode::kIoError);
  EXPECT_THAT(status.message(), HasSubstr(temp / "c/locked"));
}

TEST(ImageFolder, ATrailingSlashMakesNoDifference) {
  const TempFolder temp;
  temp.write("c/1.jpg", "x");
  const auto source = open_image_folder(local_storage(), temp.path() + "/").value();
  EXPECT_EQ(source->locate(0), temp / "c/1.jpg");
}

TEST(ImageFolder, KeepsLittleMoreThanTheNames) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer's allocator does not tell";
#endif
  const TempFolder temp;
  constexpr int kFiles = 1000;
  for (int i = 0; i < kFiles; ++i) temp.write(fmt::format("c/{:025}.JPEG", i), "");
  const size_t before = ::mallinfo2().uordblks;
  const auto source = open(temp);
  const size_t bytes = ::mallinfo2().uordblks - before;
  ASSERT_EQ(source->size(), kFiles);
  EXPECT_LT(bytes / kFiles, 45U) << "30 of the name and 8 of its place";
}

}  // namespace
}  // namespace headrace
