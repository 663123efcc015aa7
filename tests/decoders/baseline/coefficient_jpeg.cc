#include "coefficient_jpeg.h"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
// clang-format off
#include <jpeglib.h>
// clang-format on

#include <algorithm>

namespace headrace {

FileBytes make_coefficient_jpeg(const CoefficientSpec& spec,
                                const std::function<Coefficients()>& next) {
  jpeg_compress_struct libjpeg{};
  jpeg_error_mgr errors{};
  libjpeg.err = jpeg_std_error(&errors);  // prints and exits: a spec that fails is the test's fault
  errors.emit_message = [](j_common_ptr, int) {};  // "tables are too coarse"
  jpeg_create_compress(&libjpeg);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&libjpeg, &memory, &size);
  libjpeg.image_width = static_cast<JDIMENSION>(spec.width);
  libjpeg.image_height = static_cast<JDIMENSION>(spec.height);
  libjpeg.input_components = spec.colour ? 3 : 1;
  libjpeg.in_color_space = spec.colour ? JCS_YCbCr : JCS_GRAYSCALE;
  jpeg_set_defaults(&libjpeg);
  libjpeg.optimize_coding = TRUE;  // the standard tables have no codes for the largest values
  for (int table = 0; table < 2; ++table) {
    std::array<unsigned, kBlockSize> quant;
    std::copy(spec.quant.begin(), spec.quant.end(), quant.begin());
    jpeg_add_quant_table(&libjpeg, table, quant.data(), 100, FALSE);
  }
  const auto ceil_divide = [](int a, int b) { return (a + b - 1) / b; };
  const int h_max = spec.colour ? 2 : 1;
  std::vector<jvirt_barray_ptr> arrays;
  std::vector<JDIMENSION> rows;
  std::vector<JDIMENSION> columns;
  for (int i = 0; i < libjpeg.num_components; ++i) {
    jpeg_component_info& component = libjpeg.comp_info[i];
    const int h = i == 0 ? h_max : 1;
    component.h_samp_factor = component.v_samp_factor = h;
    // Whole MCUs.
    columns.push_back(static_cast<JDIMENSION>(ceil_divide(spec.width, 8 * h_max) * h));
    rows.push_back(static_cast<JDIMENSION>(ceil_divide(spec.height, 8 * h_max) * h));
    arrays.push_back(libjpeg.mem->request_virt_barray(reinterpret_cast<j_common_ptr>(&libjpeg),
                                                      JPOOL_IMAGE, TRUE, columns[i], rows[i],
                                                      static_cast<JDIMENSION>(h)));
  }
  jpeg_write_coefficients(&libjpeg, arrays.data());
  for (int i = 0; i < libjpeg.num_components; ++i) {
    for (JDIMENSION row = 0; row < rows[i]; ++row) {
      JBLOCKARRAY blocks = libjpeg.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&libjpeg),
                                                           arrays[i], row, 1, TRUE);
      for (JDIMENSION column = 0; column < columns[i]; ++column) {
        const Coefficients coefficients = next();
        std::copy(coefficients.begin(), coefficients.end(), blocks[0][column]);
      }
    }
  }
  jpeg_finish_compress(&libjpeg);
  jpeg_destroy_compress(&libjpeg);
  FileBytes file(memory, memory + size);
  std::free(memory);
  return file;
}

}  // namespace headrace
