#include "headrace/formats/storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <thread>

#include "headrace/formats/path.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string text_of(const ByteBuffer& buffer) {
  return std::string(as_text(buffer.view()));
}

TEST(Path, PartsAndWhole) {
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a/", "b"), "a/b");
  EXPECT_EQ(join_path("/", "b"), "/b");
  EXPECT_EQ(base_name("a/b"), "b");
  EXPECT_EQ(base_name("b"), "b");
  EXPECT_EQ(folder_of("a/b"), "a");
  EXPECT_EQ(folder_of("b"), ".");
  EXPECT_EQ(folder_of("/b"), "/");
}

TEST(LocalStorage, ReadsAtAnyPlaceExactly) {
  const TempFolder temp;
  const std::string path = temp.write("x", "0123456789");
  const auto file = local_storage().open(path).value();
  EXPECT_EQ(file->name(), path);
  EXPECT_EQ(file->size(), 10U);
  ByteBuffer buffer;
  buffer.resize(4);
  ASSERT_TRUE(file->read_at(buffer.span(), 6).ok());
  EXPECT_EQ(text_of(buffer), "6789");
  for (const uint64_t offset : {uint64_t{7}, uint64_t{10}, uint64_t{11}, UINT64_MAX - 1}) {
    const Status status = file->read_at(buffer.span(), offset);
    EXPECT_EQ(status.code(), StatusCode::kCorruptData) << offset;
    EXPECT_THAT(status.message(), HasSubstr(path));
  }
}

TEST(LocalStorage, NoticesAFileThatShrank) {
  const TempFolder temp;
  const std::string path = temp.write("x", "0123456789");
  const auto file = local_storage().open(path).value();
  std::filesystem::resize_file(path, 5);
  ByteBuffer buffer;
  buffer.resize(4);
  EXPECT_TRUE(file->read_at(buffer.span(), 1).ok());
  const Status status = file->read_at(buffer.span(), 3);
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_THAT(status.message(), HasSubstr("ends at byte 5, wanted the bytes 3 to 7"));
}

TEST(LocalStorage, OneFileServesManyThreads) {
  const TempFolder temp;
  std::string content(1 << 16, ' ');
  for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7);
  const auto file = local_storage().open(temp.write("x", content)).value();
  std::vector<int> bad(4);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < bad.size(); ++t) {
    threads.emplace_back([&, t] {
      ByteBuffer buffer;
      buffer.resize(100);
      for (size_t at = t; at + 100 <= content.size(); at += 37)
        bad[t] +=
            !file->read_at(buffer.span(), at).ok() || text_of(buffer) != content.substr(at, 100);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(bad, ElementsAre(0, 0, 0, 0));
}

TEST(LocalStorage, VersionChangesWithTheFile) {
  const TempFolder temp;
  const std::string path = temp.write("x", "abc");
  const std::string version = local_storage().open(path).value()->version();
  EXPECT_EQ(local_storage().open(path).value()->version(), version);
  std::filesystem::last_write_time(
      path, std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
  EXPECT_NE(local_storage().open(path).value()->version(), version);
}

TEST(LocalStorage, ReadsWholeFilesUpToACap) {
  const TempFolder temp;
  const std::string path = temp.write("x", "0123456789");
  ByteBuffer buffer;
  ASSERT_TRUE(local_storage().read_file(buffer, path, 10).ok());
  EXPECT_EQ(text_of(buffer), "0123456789");
  const Status status = local_storage().read_file(buffer, path, 9);
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), path + ": 10 bytes, more than the 9 allowed");
}

TEST(LocalStorage, OpensNothingButFiles) {
  const TempFolder temp;
  std::filesystem::create_directory(temp / "folder.jpg");
  ASSERT_EQ(::mkfifo((temp / "pipe.jpg").c_str(), 0600), 0);
  std::filesystem::create_symlink("nowhere", temp / "link.jpg");
  const auto status = [&](std::string_view name) {
    return local_storage().open(temp / name).status();
  };
  EXPECT_EQ(status("folder.jpg").message(), "cannot open " + temp / "folder.jpg" + ": a folder");
  EXPECT_EQ(status("pipe.jpg").message(), "cannot open " + temp / "pipe.jpg" + ": not a file");
  EXPECT_EQ(status("link.jpg").code(), StatusCode::kNotFound);
  EXPECT_EQ(status("gone.jpg").code(), StatusCode::kNotFound);
  EXPECT_THAT(status("gone.jpg").message(), HasSubstr(temp / "gone.jpg"));
}

TEST(LocalStorage, ListsNamesAndKindsThroughLinks) {
  const TempFolder temp;
  temp.write("b", "");
  temp.write(".hidden", "");
  temp.write("a/x", "");
  std::filesystem::create_symlink("a", temp / "to_folder");
  std::filesystem::create_symlink("b", temp / "to_file");
  std::filesystem::create_symlink("nowhere", temp / "to_nothing");
  ASSERT_EQ(::mkfifo((temp / "pipe").c_str(), 0600), 0);
  std::vector<std::pair<std::string, EntryKind>> found;
  for (const Entry& entry : local_storage().list(temp.path()).value())
    found.emplace_back(entry.name, entry.kind);
  EXPECT_THAT(
      found, ElementsAre(std::pair(".hidden", EntryKind::kFile), std::pair("a", EntryKind::kFolder),
                         std::pair("b", EntryKind::kFile), std::pair("pipe", EntryKind::kOther),
                         std::pair("to_file", EntryKind::kFile),
                         std::pair("to_folder", EntryKind::kFolder),
                         std::pair("to_nothing", EntryKind::kFile)));
  EXPECT_EQ(local_storage().list(temp / "gone").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(local_storage().list(temp / "b").status().code(), StatusCode::kIoError);
}

TEST(LocalStorage, GlobsInByteOrder) {
  const TempFolder temp;
  for (const char* name : {"a-1", "B-1", "a/1", "a-2", "c"}) temp.write(name, "");
  EXPECT_THAT(local_storage().glob(temp / "[aB]-*").value(),
              ElementsAre(temp / "B-1", temp / "a-1", temp / "a-2"));
  EXPECT_THAT(local_storage().glob(temp / "z*").value(), ElementsAre());
}

TEST(LocalStorage, MakesFolders) {
  const TempFolder temp;
  EXPECT_TRUE(local_storage().make_folders(temp / "a/b").ok());
  EXPECT_TRUE(local_storage().make_folders(temp / "a/b").ok());
  EXPECT_EQ(local_storage().kind(temp / "a/b").value(), EntryKind::kFolder);
  temp.write("file", "");
  const Status status = local_storage().make_folders(temp / "file/b");
  EXPECT_THAT(status.message(), HasSubstr(temp / "file/b"));
}

TEST(FileWriter, IsSeenOnlyWhenCommitted) {
  const TempFolder temp;
  temp.write("x", "old");
  auto writer = local_storage().create(temp / "x").value();
  std::string expected;
  for (int i = 0; i < 3; ++i) {  // small ones into the buffer, large ones past it
    for (const size_t size : {size_t{3}, size_t{200} << 10, size_t{300} << 10}) {
      const std::string part(size, static_cast<char>('a' + i));
      ASSERT_TRUE(writer->append(as_bytes(part)).ok());
      expected += part;
    }
  }
  EXPECT_EQ(temp.read("x"), "old");
  ASSERT_TRUE(writer->commit().ok());
  EXPECT_EQ(temp.read("x"), expected);
  EXPECT_THAT(temp.names(), ElementsAre("x"));
  EXPECT_FALSE(writer->append(as_bytes("more")).ok());
  EXPECT_FALSE(writer->commit().ok());
  writer.reset();
  EXPECT_EQ(temp.read("x"), expected);
}

TEST(FileWriter, LeavesNoTraceWithoutCommit) {
  const TempFolder temp;
  {
    const auto writer = local_storage().create(temp / "x").value();
    EXPECT_TRUE(writer->append(as_bytes(std::string(1 << 20, 'x'))).ok());
    EXPECT_EQ(temp.names().size(), 1U);
    EXPECT_EQ(temp.names()[0][0], '.') << "the temporary file must not look like data";
  }
  EXPECT_THAT(temp.names(), ElementsAre());
}

TEST(FileWriter, TwoOfOneNameDoNotMeet) {
  const TempFolder temp;
  const auto a = local_storage().create(temp / "x").value();
  const auto b = local_storage().create(temp / "x").value();
  EXPECT_TRUE(a->append(as_bytes("a")).ok());
  EXPECT_TRUE(b->append(as_bytes("bb")).ok());
  EXPECT_TRUE(b->commit().ok());
  EXPECT_TRUE(a->commit().ok());
  EXPECT_EQ(temp.read("x"), "a");
}

TEST(FileWriter, TakesTheLongestName) {
  const TempFolder temp;
  const std::string name(255, 'n');
  const auto writer = local_storage().create(temp / name).value();
  EXPECT_TRUE(writer->commit().ok());
  EXPECT_THAT(temp.names(), ElementsAre(name));
}

TEST(FileWriter, GivesThePermissionsTheUmaskLeaves) {
  const TempFolder temp;
  const mode_t before = ::umask(027);
  ASSERT_TRUE(local_storage().create(temp / "x").value()->commit().ok());
  ::umask(before);
  struct stat info {};
  ASSERT_EQ(::stat((temp / "x").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0640U);
}

TEST(FileWriter, NamesATargetThatCannotBe) {
  const TempFolder temp;
  const Status missing = local_storage().create(temp / "gone/x").status();
  EXPECT_EQ(missing.code(), StatusCode::kNotFound);
  EXPECT_THAT(missing.message(), HasSubstr(temp / "gone/x"));
  std::filesystem::create_directory(temp / "folder");
  const Status folder = local_storage().create(temp / "folder").status();
  EXPECT_THAT(folder.message(), HasSubstr("cannot write " + temp / "folder"));
  EXPECT_THAT(temp.names(), ElementsAre("folder"));
}

// A file size limit stands in for a full disk.
TEST(FileWriter, AFailedWriteNamesTheFileStaysAndLeavesNoTrace) {
  const TempFolder temp;
  temp.write("x", "old");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 100000;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto writer = local_storage().create(temp / "x").value();
  const Status first = writer->append(as_bytes(std::string(1 << 20, 'x')));
  const Status later = writer->append(as_bytes("x"));
  const Status commit = writer->commit();
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);

  EXPECT_EQ(first.code(), StatusCode::kIoError);
  EXPECT_THAT(first.message(), HasSubstr("cannot write " + temp / "x"));
  EXPECT_EQ(later.message(), first.message());
  EXPECT_EQ(commit.message(), first.message());
  EXPECT_THAT(temp.names(), ElementsAre("x"));
  EXPECT_EQ(temp.read("x"), "old");
}

TEST(FileWriter, ALinkStaysAndItsTargetIsReplaced) {
  const TempFolder temp;
  temp.write("folder/target", "old");
  std::filesystem::create_symlink("folder/target", temp / "link");
  const auto writer = local_storage().create(temp / "link").value();
  ASSERT_TRUE(writer->append(as_bytes("new")).ok());
  EXPECT_EQ(temp.read("folder/target"), "old");
  ASSERT_TRUE(writer->commit().ok());
  EXPECT_TRUE(std::filesystem::is_symlink(temp / "link"));
  EXPECT_EQ(temp.read("folder/target"), "new");
}

TEST(FileWriter, APipeIsWrittenToAndStaysOne) {
  const TempFolder temp;
  ASSERT_EQ(::mkfifo((temp / "pipe").c_str(), 0600), 0);
  std::string received;
  std::thread reader([&] { received = temp.read("pipe"); });
  const auto writer = local_storage().create(temp / "pipe").value();
  ASSERT_TRUE(writer->append(as_bytes("text")).ok());
  ASSERT_TRUE(writer->commit().ok());
  reader.join();
  EXPECT_EQ(received, "text");
  EXPECT_TRUE(std::filesystem::is_fifo(temp / "pipe"));
  EXPECT_THAT(temp.names(), ElementsAre("pipe"));
}

}  // namespace
}  // namespace headrace
