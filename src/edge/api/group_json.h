// An alert group and an alert as the API answers them; shared by lists, actions, paging and webhooks.
#pragma once

#include <string>

#include "store/group_lists.h"

namespace tocsin::api {

// Appends JSON text: payloads are stored as text and go out without being parsed.
void append_group(std::string& out, const store::ListedGroup& listed, std::string_view base_url);
void append_alert(std::string& out, const store::ListedAlert& alert);

// JSON text without the white space between its tokens; strings and numbers as they are.
std::string minify(std::string_view json_text);

}  // namespace tocsin::api
