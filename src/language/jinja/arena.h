// Memory of one compiled template or of one render: handed out by moving a pointer, given back all at once.
//
// Nothing placed here is destroyed, so only trivially destructible types belong in it. That is what makes
// values of the template language two plain words without reference counts, and cycles in a template's data
// harmless. `limit` is the memory budget: exceeding it throws ArenaFull, which never leaves this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tocsin::jinja {

struct ArenaFull {};

class Arena {
 public:
  explicit Arena(std::size_t limit) : limit_(limit) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() {
    while (blocks_ != nullptr) ::operator delete(std::exchange(blocks_, blocks_->next));
  }

  // A first block that the owner provides (on its stack, say); it must outlive the arena.
  void start_with(std::span<std::byte> block) {
    next_ = block.data();
    end_ = block.data() + block.size();
  }

  // Memory from the heap is paid for, as the machine has to clear it first. It is not refused for that: the
  // next step is.
  void pay_from(std::int64_t* budget) { budget_ = budget; }

  void* allocate(std::size_t bytes) {
    bytes = (bytes + 7) & ~std::size_t{7};
    if (static_cast<std::size_t>(end_ - next_) < bytes) grow(bytes);
    return std::exchange(next_, next_ + bytes);
  }

  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    return new (allocate(sizeof(T))) T{std::forward<Args>(args)...};
  }

  template <class T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    if (count > limit_ / sizeof(T)) throw ArenaFull{};
    T* items = static_cast<T*>(allocate(count * sizeof(T)));
    for (std::size_t i = 0; i < count; ++i) new (items + i) T();
    return items;
  }

  char* bytes(std::size_t count) {
    if (count > limit_) throw ArenaFull{};
    return static_cast<char*>(allocate(count));
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = bytes(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  // Bytes taken from the heap, and how often.
  std::size_t reserved() const { return reserved_; }
  std::size_t blocks() const { return count_; }

 private:
  struct Block {
    Block* next;
  };

  void grow(std::size_t bytes) {
    std::size_t size = bytes + sizeof(Block);
    if (size < next_size_) size = next_size_;
    if (reserved_ + size > limit_) {
      size = bytes + sizeof(Block);
      if (bytes > limit_ || reserved_ + size > limit_) throw ArenaFull{};
    }
    auto* block = static_cast<Block*>(::operator new(size));
    block->next = blocks_;
    blocks_ = block;
    reserved_ += size;
    if (budget_ != nullptr) *budget_ -= static_cast<std::int64_t>(size / kBytesPerStep);
    ++count_;
    if (next_size_ < kLargestStep) next_size_ *= 2;
    next_ = reinterpret_cast<std::byte*>(block + 1);
    end_ = reinterpret_cast<std::byte*>(block) + size;
  }

  static constexpr std::size_t kLargestStep = std::size_t{1} << 20;
  static constexpr std::size_t kBytesPerStep = 128;
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  Block* blocks_ = nullptr;
  std::size_t limit_;
  std::int64_t* budget_ = nullptr;
  std::size_t reserved_ = 0;
  std::size_t count_ = 0;
  std::size_t next_size_ = 4096;
};

// A growing array in an arena. The arena is passed where memory may be needed.
template <class T>
class ArenaVector {
 public:
  void push_back(Arena& arena, T item) {
    if (size_ == capacity_) reserve(arena, capacity_ == 0 ? 4 : capacity_ * 2);
    items_[size_++] = item;
  }
  void reserve(Arena& arena, std::size_t capacity) {
    if (capacity <= capacity_) return;
    T* items = arena.array<T>(capacity);
    for (std::size_t i = 0; i < size_; ++i) items[i] = items_[i];
    items_ = items;
    capacity_ = static_cast<std::uint32_t>(capacity);
  }
  void insert(Arena& arena, std::size_t at, T item) {
    push_back(arena, item);
    for (std::size_t i = size_ - 1; i > at; --i) items_[i] = items_[i - 1];
    items_[at] = item;
  }
  void erase(std::size_t at) {
    for (std::size_t i = at; i + 1 < size_; ++i) items_[i] = items_[i + 1];
    --size_;
  }
  void clear() { size_ = 0; }
  void truncate(std::size_t size) { size_ = static_cast<std::uint32_t>(size); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) { return items_[i]; }
  const T& operator[](std::size_t i) const { return items_[i]; }
  T* begin() { return items_; }
  T* end() { return items_ + size_; }
  const T* begin() const { return items_; }
  const T* end() const { return items_ + size_; }
  T& back() { return items_[size_ - 1]; }
  std::span<T> span() { return {items_, size_}; }
  std::span<const T> span() const { return {items_, size_}; }

 private:
  T* items_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace tocsin::jinja
