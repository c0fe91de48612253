# Warnings, linker, compiler cache and sanitizers, the same for every target.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
# Field tables and options name only what differs from the default, so missing initializers are meant.
add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wnon-virtual-dtor -Wno-missing-field-initializers)
# A designated initializer names what it sets; what it leaves out has the member's default, which is the point of it.
add_compile_options(-Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these two falsely inside std::string and std::variant at -O2 (GCC bugs 105329, 105562).
  add_compile_options(-Wshadow=local -Wno-restrict -Wno-maybe-uninitialized)
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
