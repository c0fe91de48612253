// Renders and compiles the two templates of bench/template/run.py; prints one JSON line of figures.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <new>
#include <string>

#include "language/jinja/template.h"
#include "language/json/read.h"

namespace {
std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using tocsin::jinja::Context;
using tocsin::jinja::Template;
using Clock = std::chrono::steady_clock;

std::string read_file(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Figure {
  double us;
  double allocations;
};

// The best of several runs, each long enough to measure.
template <class Work>
Figure measure(Work work) {
  double best = 1e9;
  const int rounds = 2000;
  std::size_t counted = 0;
  for (int run = 0; run < 15; ++run) {
    const std::size_t before = allocations;
    const auto start = Clock::now();
    for (int i = 0; i < rounds; ++i) work();
    const double us = std::chrono::duration<double, std::micro>(Clock::now() - start).count() / rounds;
    if (us < best) best = us;
    counted = allocations - before;
  }
  return {best, static_cast<double>(counted) / rounds};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::cerr << "bench_template GROUPING MESSAGE PAYLOAD\n", 2;
  const std::string grouping_source = read_file(argv[1]), message_source = read_file(argv[2]);
  const auto payload = tocsin::json::read(read_file(argv[3]));
  if (!payload) return std::cerr << payload.error().message << '\n', 1;
  Context context;
  context.set("payload", &*payload);
  const auto compile = [](const std::string& source) {
    return std::get<Template>(Template::compile(source));
  };
  const Template grouping = compile(grouping_source), message = compile(message_source);
  std::size_t sink = 0;
  const Figure key = measure([&] { sink += render(grouping, context).text.size(); });
  const Figure text = measure([&] { sink += render(message, context).text.size(); });
  const Figure built = measure([&] { sink += compile(message_source).source().size(); });
  std::printf(
      "{\"grouping\": [%.3f, %.1f], \"message\": [%.3f, %.1f], \"compile\": [%.3f, %.1f], \"sink\": %zu}\n",
      key.us, key.allocations, text.us, text.allocations, built.us, built.allocations, sink);
}
