// Pictures and small helpers that several of the tests here use.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/image.h"
#include "headrace/decoders/image_decoder.h"

namespace headrace {

// A file's bytes; throws std::runtime_error where it cannot be read.
std::vector<uint8_t> read_file(const std::string& path);

// Every picture file below `folder` (.jpg, .jpeg and .JPG), sorted, at most `count` of them, taken
// at equal distances.
std::vector<std::string> list_jpegs(const std::string& folder, size_t count);

// A picture in memory of exactly the file's size, so that AddressSanitizer sees reads past its end.
std::vector<uint8_t> exact_copy(const std::vector<uint8_t>& bytes, size_t size);

// A region inside width x height: whole, a crop, a line, a single pixel.
Region random_region(std::mt19937& random, int width, int height);

std::vector<uint8_t> pixels_of(const Image& image);

// peek() and decode() of everything.
Status decode_all(ImageDecoder& decoder, Image& image, ByteView bytes);

// 64-bit FNV-1a, as tests/golden/make_decoder_golden.py computes it.
uint64_t fnv1a(ByteView bytes);

}  // namespace headrace
