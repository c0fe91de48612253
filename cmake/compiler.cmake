# Warnings, linker, compiler cache and sanitizers, the same for every target.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wnon-virtual-dtor)
# A designated initializer names what it sets; what it leaves out has the member's default, which is the point of it.
add_compile_options(-Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these two falsely inside std::string and std::variant at -O2 (GCC bugs 105329, 105562).
  add_compile_options(-Wshadow=local -Wno-restrict -Wno-maybe-uninitialized)
  # g++ leaves empty ".cold" halves of functions, whose unwind entries lld keeps: they hide the entry of the function that stands at
  # the same address, and an exception that passes through that one ends the process (docs/decisions/0083).
  add_compile_options(-fno-reorder-blocks-and-partition)
endif()
add_link_options(-fuse-ld=lld)
if(TOCSIN_SANITIZE)
  add_compile_options(-fsanitize=${TOCSIN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TOCSIN_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # It looks at memory through a pipe, and takes a good object for a bad one in the test that lets file descriptors run out.
    add_compile_options(-fno-sanitize=vptr)
  endif()
  if(TOCSIN_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)  # Asio issues fences, which the sanitizer does not model; its locks are what orders our data
  endif()
endif()
include_directories(${CMAKE_SOURCE_DIR}/src)
