#include "headrace/decoders/exif.h"

#include <string_view>

#include "headrace/decoders/tiff_directory.h"

namespace headrace {

int exif_orientation(ByteView app1) {
  constexpr std::string_view kSignature{"Exif\0\0", 6};
  constexpr uint32_t kOrientationTag = 0x0112;
  if (!as_text(app1).starts_with(kSignature)) return 1;
  const auto directory = TiffDirectory::open(app1.subspan(kSignature.size()));
  if (!directory) return 1;
  const uint32_t orientation = directory->find(kOrientationTag, 1);
  return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
}

}  // namespace headrace
