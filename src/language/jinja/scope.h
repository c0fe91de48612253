// Which variable a name means: scopes and functions under construction, and the analysis of what a scope's
// code reads and sets. Used by resolve.cc only.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "language/jinja/ast.h"
#include "language/jinja/raise.h"
#include "language/jinja/state.h"
#include "language/jinja/walk_names.h"

namespace tocsin::jinja {

// --- scopes --------------------------------------------------------------------------------------

// A function under construction. Sibling scopes of one depth share the slots of equal names, as their Python
// variables are shared.
struct FunctionBuilder {
  State* state;  // pays for the analysis
  Function* node;
  FunctionBuilder* parent;
  int depth;
  std::unordered_map<std::uint64_t, std::uint16_t> slots;

  std::uint16_t slot(int level, std::uint32_t name) {
    const std::uint64_t key = static_cast<std::uint64_t>(level) << 32 | name;
    const auto [at, added] = slots.emplace(key, node->slots);
    if (added && ++node->slots == 0) raise(Fault::Budget, "the template has too many variables");
    return at->second;
  }
};

struct Variable {
  FunctionBuilder* function = nullptr;
  std::uint16_t slot = 0;
};

class Scope {
 public:
  Scope(Scope* parent, FunctionBuilder* function)
      : level_(parent != nullptr ? parent->level_ + 1 : 0), parent_(parent), function_(function) {}

  const Variable* find(std::uint32_t name) const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
      if (const auto found = scope->names_.find(name); found != scope->names_.end())
        return &found->second.variable;
    }
    return nullptr;
  }

  void load(std::uint32_t name, std::string_view text) {
    if (find(name) == nullptr) define(name, text, How::Resolve, {});
  }

  void store(std::uint32_t name, std::string_view text) {
    if (stores_.insert(name).second) log_.push_back({name, false});
    if (names_.contains(name)) return;
    if (const Variable* outer = parent_ != nullptr ? parent_->find(name) : nullptr) {
      define(name, text, How::Alias, *outer);
    } else {
      define(name, text, How::Unset, {});
    }
  }

  Variable parameter(std::uint32_t name, std::string_view text) {
    stores_.insert(name);
    names_.erase(name);
    return define(name, text, How::Parameter, {});
  }

  bool is_parameter(std::uint32_t name) const {
    const auto found = names_.find(name);
    return found != names_.end() && found->second.how == How::Parameter;
  }

  // The three branches of an `if` (body, all elifs, else) are analysed from the same start; what any of them
  // defined is known afterwards. A name that one of them sets must have a value before it is set there and
  // where that branch is not taken: the outer variable's or the context's.
  template <class... Branches>
  void branches(Branches... branch) {
    std::vector<std::vector<Change>> changes;
    (changes.push_back(tentatively(branch)), ...);
    std::unordered_set<std::uint32_t> stored;
    for (auto& list : changes) {
      function_->state->charge(16 * list.size());  // once more at each level of nesting
      for (auto& change : list) {
        if (change.defined) {
          names_.insert_or_assign(change.name, change.entry);
          log_.push_back({change.name, true});
        } else {
          stored.insert(change.name);
        }
      }
    }
    for (const std::uint32_t name : stored) {
      if (stores_.insert(name).second) log_.push_back({name, false});
      const auto own = names_.find(name);
      if (own == names_.end() || own->second.how == How::Parameter) continue;
      const Variable* outer = parent_ != nullptr ? parent_->find(name) : nullptr;
      own->second.how = outer != nullptr ? How::Alias : How::Resolve;
      if (outer != nullptr) own->second.from = *outer;
    }
  }

  // What must be done on entry.
  Loads loads(Arena& arena) const {
    ArenaVector<Load> out;
    for (const auto& [name, entry] : names_) {
      if (entry.how == How::Parameter) continue;
      const Load::Kind kind = entry.how == How::Resolve ? Load::Kind::Resolve
                              : entry.how == How::Alias ? Load::Kind::Alias
                                                        : Load::Kind::Unset;
      const Place from = entry.how == How::Alias ? place(entry.from) : Place{};
      out.push_back(arena, {kind, entry.variable.slot, from, entry.text});
    }
    return out.span();
  }

  Place place(const Variable& variable) const {
    return {static_cast<std::uint16_t>(function_->depth - variable.function->depth), variable.slot};
  }

  template <class Each>
  void each_stored(Each each) const {
    std::unordered_set<std::uint32_t> seen;
    for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
      for (const std::uint32_t name : scope->stores_) {
        if (const Variable* v = find(name); v != nullptr && seen.insert(name).second) {
          each(scope->names_.contains(name) ? scope->names_.at(name).text : std::string_view(), place(*v));
        }
      }
    }
  }

  FunctionBuilder* function() const { return function_; }

 private:
  enum class How : std::uint8_t { Parameter, Resolve, Alias, Unset };
  struct Entry {
    Variable variable;
    How how;
    Variable from;
    std::string_view text;
  };
  struct LogEntry {
    std::uint32_t name;
    bool defined;
  };
  struct Change {
    std::uint32_t name;
    bool defined;
    Entry entry;
  };

  Variable define(std::uint32_t name, std::string_view text, How how, Variable from) {
    const Variable variable{function_, function_->slot(level_, name)};
    names_.emplace(name, Entry{variable, how, from, text});
    log_.push_back({name, true});
    return variable;
  }

  // Runs the analysis of a branch, takes back what it did and returns it.
  template <class Branch>
  std::vector<Change> tentatively(Branch branch) {
    const std::size_t start = log_.size();
    branch();
    std::vector<Change> changes;
    for (std::size_t i = start; i < log_.size(); ++i) {
      const auto [name, defined] = log_[i];
      changes.push_back({name, defined, defined ? names_.at(name) : Entry{}});
    }
    for (std::size_t i = start; i < log_.size(); ++i) {
      if (log_[i].defined) {
        names_.erase(log_[i].name);
      } else {
        stores_.erase(log_[i].name);
      }
    }
    log_.resize(start);
    return changes;
  }

  int level_;
  Scope* parent_;
  FunctionBuilder* function_;
  std::unordered_map<std::uint32_t, Entry> names_;
  std::unordered_set<std::uint32_t> stores_;
  std::vector<LogEntry> log_;
};

// --- analysis: which names a scope holds ---------------------------------------------------------

class Analysis {
 public:
  explicit Analysis(Scope& scope) : scope_(scope) {}

  void expr(const Expr* e, bool parameter = false) {
    NameWalker walker([&](const NameExpr& name) {
      if (parameter) {
        scope_.parameter(name.id, name.name);
      } else if (name.store) {
        scope_.store(name.id, name.name);
      } else {
        scope_.load(name.id, name.name);
      }
      return true;
    });
    walker.expr(e);
  }

  void body(Body statements) {
    for (const Statement* s : statements) statement(s);
  }

  void macro(const MacroDefinition& definition) {
    for (const NameExpr* parameter : definition.parameters) expr(parameter, true);
    for (const Expr* value : definition.defaults) expr(value);
    body(definition.body);
  }

 private:
  void statement(const Statement* s) {
    switch (s->kind) {
      case StatementKind::Output:
        for (const OutputItem& item : static_cast<const Output*>(s)->items) expr(item.expr);
        break;
      case StatementKind::For:
        expr(static_cast<const For*>(s)->iterable);  // the rest is a scope of its own
        break;
      case StatementKind::If:
        branch(*static_cast<const If*>(s));
        break;
      case StatementKind::Set:
        expr(static_cast<const Set*>(s)->value);
        expr(static_cast<const Set*>(s)->target);
        break;
      case StatementKind::SetBlock:
        expr(static_cast<const SetBlock*>(s)->target);
        break;
      case StatementKind::Macro:
        expr(static_cast<const Macro*>(s)->target);
        break;
      case StatementKind::CallBlock:
        expr(static_cast<const CallBlock*>(s)->call);
        break;
      case StatementKind::FilterBlock:
        expr(static_cast<const FilterBlock*>(s)->filter);
        break;
      case StatementKind::With:
        for (const Expr* value : static_cast<const With*>(s)->values) expr(value);
        break;
      case StatementKind::Autoescape:
      case StatementKind::Block:
        break;
      case StatementKind::Include:
      case StatementKind::Import:
      case StatementKind::FromImport:
      case StatementKind::Extends: {
        const auto& node = *static_cast<const Reference*>(s);
        expr(node.source);
        for (const NameExpr* target : node.targets) expr(target);
        break;
      }
    }
  }

  void branch(const If& node) {
    const auto& branches = node.branches;
    expr(branches[0].test);
    scope_.branches([&] { body(branches[0].body); },
                    [&] {
                      for (std::size_t i = 1; i < branches.size() && branches[i].test != nullptr; ++i) {
                        expr(branches[i].test);
                        scope_.branches([&] { body(branches[i].body); }, [] {}, [] {});
                      }
                    },
                    [&] {
                      if (branches.back().test == nullptr) body(branches.back().body);
                    });
  }

  Scope& scope_;
};

}  // namespace tocsin::jinja
