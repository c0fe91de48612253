#include "domain/integration/name.h"

namespace tocsin::integration {

std::string default_name(const Type& type, const std::function<bool(std::string_view name)>& taken) {
  const std::string plain = std::string(type.name_stem.empty() ? type.title : type.name_stem) + " :blush:";
  std::string name = plain;
  for (int number = 2; taken(name); ++number) name = plain + " " + std::to_string(number);
  return name;
}

}  // namespace tocsin::integration
