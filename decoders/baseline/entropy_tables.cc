#include "headrace/decoders/baseline/entropy_tables.h"

namespace headrace {

bool EntropyTables::set(const JpegFrame& frame) {
  frame_ = &frame;
  for (int i = 0; i < frame.component_count; ++i) {
    const FrameComponent& component = frame.components[i];
    if (!dc_codes_[component.dc_table].set(frame.dc_specs[component.dc_table], true) ||
        !ac_codes_[component.ac_table].set(frame.ac_specs[component.ac_table], false)) {
      return false;
    }
  }
  return true;
}

McuWalk EntropyTables::mcu_walk(size_t bytes) {
  McuWalk walk;
  walk.ac_window_bits = AcWalkTable::worthwhile_bits(bytes);
  for (int i = 0; i < frame_->component_count; ++i) {
    const FrameComponent& component = frame_->components[i];
    const int dc = component.dc_table;
    const int ac = component.ac_table;
    if (dc_walk_versions_[dc] != dc_codes_[dc].version()) {
      dc_walks_[dc].build(dc_codes_[dc]);
      dc_walk_versions_[dc] = dc_codes_[dc].version();
    }
    if (ac_walk_versions_[ac] != ac_codes_[ac].version() ||
        ac_walks_[ac].window_bits() != walk.ac_window_bits) {
      ac_walks_[ac].build(ac_codes_[ac], walk.ac_window_bits);
      ac_walk_versions_[ac] = ac_codes_[ac].version();
    }
    const WalkBlock block{i, dc_walks_[dc].entries(), ac_walks_[ac].entries(), &dc_codes_[dc],
                          &ac_codes_[ac]};
    for (int n = 0; n < component.h * component.v; ++n) walk.blocks[walk.count++] = block;
  }
  return walk;
}

EntropyTables::Origin EntropyTables::origin_of(const FrameComponent& component) const {
  return {component.dc_table, component.ac_table, dc_codes_[component.dc_table].version(),
          ac_codes_[component.ac_table].version()};
}

void EntropyTables::give(RowsToDecode& rows) {
  for (int i = 0; i < frame_->component_count; ++i) {
    const Origin origin = origin_of(frame_->components[i]);
    rows.dc_codes[i] = &dc_codes_[origin.dc];
    rows.ac_codes[i] = &ac_codes_[origin.ac];
    // Both chroma components mostly have the same codes.
    if (i == 2 && origin == symbol_origins_[1]) {
      rows.tables[2] = rows.tables[1];
      continue;
    }
    if (!(origin == symbol_origins_[i])) {
      symbols_[i].build(*rows.dc_codes[i], *rows.ac_codes[i]);
      symbol_origins_[i] = origin;
    }
    rows.tables[i] = symbols_[i].entries();
  }
}

}  // namespace headrace
