#include "headrace/augment/resize.h"

#include <algorithm>

namespace headrace {

ResizeSupport resize_support(int in_size, int out_size, int index) {
  const double scale = static_cast<double>(in_size) / out_size;
  const double support = std::max(scale, 1.0);  // the triangle is as wide as an output pixel
  const double center = (index + 0.5) * scale;
  return {std::max(0, static_cast<int>(center - support + 0.5)),
          std::min(in_size, static_cast<int>(center + support + 0.5))};
}

ResizeAxis ResizeAxis::window(int in_size, int out_size, int out_begin, int out_count) {
  // Both ends of the support grow with the output's index.
  const int begin = resize_support(in_size, out_size, out_begin).begin;
  const int end = resize_support(in_size, out_size, out_begin + out_count - 1).end;
  return {in_size, out_size, out_begin, out_count, begin, end - begin};
}

}  // namespace headrace
