// The configuration of one database in another, fresh one: everything that decides what an alert does,
// nothing of what has happened and no secret.
//
// Row by row, by the schema itself: a table is named once, here, with its kind; its columns are asked of the
// database. A table of no kind is not copied, and a test says so. The source is only read. It may be older
// than this program: the copy gets its schema, then its rows, then the migrations that it lacks.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace tocsin::store {

enum class TableKind {
  Configuration,  // set up by people, or state that decides about the next page: silences, limits of the day
  Runtime,        // what happened: alert groups, deliveries, timers
  Secret,         // tokens and passwords
};

// nullopt: nobody has said what it is.
std::optional<TableKind> kind_of_table(std::string_view table);

// The tables of a SQLite database, parents before children.
std::vector<std::string> tables_of(Connection& sqlite);

// `source`: in a read transaction, so that the copy is of one moment. `target`: SQLite, empty. Throws
// StorageError when there is no Tocsin database or one that is newer than this program.
void copy_configuration(Connection& source, Database& target, Instant now);

}  // namespace tocsin::store
