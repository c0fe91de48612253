#include "language/jinja/sandbox.h"

#include <string>

namespace tocsin::jinja {
namespace {

// Names stand between spaces. What every Python object has, then what each type adds.
constexpr std::string_view kEverywhere =
    " __class__ __delattr__ __dir__ __doc__ __eq__ __format__ __ge__ __getattribute__"
    " __getstate__ __gt__ __hash__ __init__ __init_subclass__ __le__ __lt__ __ne__ __new__"
    " __reduce__ __reduce_ex__ __repr__ __setattr__ __sizeof__ __str__ __subclasshook__ ";
constexpr std::string_view kNumber =
    " __abs__ __add__ __and__ __bool__ __ceil__ __divmod__ __float__ __floor__ __floordiv__"
    " __getnewargs__ __index__ __int__ __invert__ __lshift__ __mod__ __mul__ __neg__ __or__"
    " __pos__ __pow__ __radd__ __rand__ __rdivmod__ __rfloordiv__ __rlshift__ __rmod__"
    " __rmul__ __ror__ __round__ __rpow__ __rrshift__ __rshift__ __rsub__ __rtruediv__"
    " __rxor__ __sub__ __truediv__ __trunc__ __xor__ ";
constexpr std::string_view kFloat =
    " __abs__ __add__ __bool__ __ceil__ __divmod__ __float__ __floor__ __floordiv__"
    " __getformat__ __getnewargs__ __int__ __mod__ __mul__ __neg__ __pos__ __pow__ __radd__"
    " __rdivmod__ __rfloordiv__ __rmod__ __rmul__ __round__ __rpow__ __rsub__ __rtruediv__"
    " __sub__ __truediv__ __trunc__ ";
constexpr std::string_view kStr =
    " __add__ __contains__ __getitem__ __getnewargs__ __iter__ __len__ __mod__ __mul__"
    " __rmod__ __rmul__ ";
constexpr std::string_view kMarkup =
    " __add__ __contains__ __getitem__ __getnewargs__ __html__ __html_format__ __iter__"
    " __len__ __mod__ __module__ __mul__ __radd__ __rmod__ __rmul__ __slots__ ";
constexpr std::string_view kBytes =
    " __add__ __bytes__ __contains__ __getitem__ __getnewargs__ __iter__ __len__ __mod__"
    " __mul__ __rmod__ __rmul__ ";
constexpr std::string_view kTuple =
    " __add__ __class_getitem__ __contains__ __getitem__ __getnewargs__ __iter__ __len__"
    " __mul__ __rmul__ ";
constexpr std::string_view kGroup =
    " __add__ __annotations__ __class_getitem__ __contains__ __getitem__ __getnewargs__"
    " __iter__ __len__ __match_args__ __module__ __mul__ __orig_bases__ __rmul__ __slots__"
    " _asdict _field_defaults _fields _make _replace ";
constexpr std::string_view kList =
    " __add__ __class_getitem__ __contains__ __delitem__ __getitem__ __iadd__ __imul__"
    " __iter__ __len__ __mul__ __reversed__ __rmul__ __setitem__ ";
constexpr std::string_view kDict =
    " __class_getitem__ __contains__ __delitem__ __getitem__ __ior__ __iter__ __len__ __or__"
    " __reversed__ __ror__ __setitem__ ";
constexpr std::string_view kItems =
    " __and__ __contains__ __iter__ __len__ __or__ __rand__ __reversed__ __ror__ __rsub__"
    " __rxor__ __sub__ __xor__ ";
constexpr std::string_view kValues = " __iter__ __len__ __reversed__ ";
constexpr std::string_view kGenerator =
    " __del__ __iter__ __name__ __next__ __qualname__ gi_code gi_frame gi_yieldfrom ";
constexpr std::string_view kFunction =
    " __annotations__ __builtins__ __call__ __closure__ __code__ __defaults__ __dict__ __get__"
    " __globals__ __kwdefaults__ __module__ __name__ __qualname__ ";
constexpr std::string_view kMethod =
    " __call__ __module__ __name__ __qualname__ __self__ __text_signature__ ";
constexpr std::string_view kType =
    " __annotations__ __base__ __bases__ __basicsize__ __call__ __class_getitem__ __contains__"
    " __delitem__ __dict__ __dictoffset__ __flags__ __getitem__ __instancecheck__ __ior__"
    " __itemsize__ __iter__ __len__ __module__ __mro__ __name__ __or__ __prepare__"
    " __qualname__ __reversed__ __ror__ __setitem__ __subclasscheck__ __subclasses__"
    " __text_signature__ __weakrefoffset__ mro ";
constexpr std::string_view kCycler = " __dict__ __module__ __next__ __weakref__ ";
constexpr std::string_view kJoiner = " __call__ __dict__ __module__ __weakref__ ";
constexpr std::string_view kMacro =
    " __call__ __dict__ __module__ __weakref__ _argument_count _async_invoke"
    " _default_autoescape _environment _func _invoke ";
constexpr std::string_view kLoop =
    " __annotations__ __call__ __dict__ __iter__ __len__ __module__ __next__ __weakref__"
    " _after _before _current _iterable _iterator _last_changed_value _length _peek_next"
    " _recurse _to_iterator _undefined ";
constexpr std::string_view kSelf =
    " _TemplateReference__context __dict__ __getitem__ __module__ __weakref__ ";
constexpr std::string_view kBlock =
    " __call__ __dict__ __module__ __weakref__ _async_call _context _depth _stack ";
constexpr std::string_view kNone = " __bool__ ";
constexpr std::string_view kUndefined =
    " __add__ __aiter__ __bool__ __call__ __complex__ __div__ __float__ __floordiv__"
    " __getattr__ __getitem__ __int__ __iter__ __len__ __mod__ __module__ __mul__ __neg__"
    " __pos__ __pow__ __radd__ __rdiv__ __rfloordiv__ __rmod__ __rmul__ __rpow__ __rsub__"
    " __rtruediv__ __slots__ __sub__ __truediv__ _fail_with_undefined_error"
    " _undefined_exception _undefined_hint _undefined_message _undefined_name _undefined_obj ";
constexpr std::string_view kDateTime = " __add__ __radd__ __rsub__ __sub__ ";
constexpr std::string_view kTimeDelta =
    " __abs__ __add__ __bool__ __divmod__ __floordiv__ __mod__ __mul__ __neg__ __pos__"
    " __radd__ __rdivmod__ __rfloordiv__ __rmod__ __rmul__ __rsub__ __rtruediv__ __sub__"
    " __truediv__ ";
constexpr std::string_view kTimeZone = " __getinitargs__ ";

bool in(std::string_view names, std::string_view name) {
  constexpr std::size_t kLongest = 32;
  if (name.empty() || name.size() > kLongest || name.find(' ') != std::string_view::npos) return false;
  return names.find(" " + std::string(name) + " ") != std::string_view::npos;
}

std::string_view names_of(Value object) {
  switch (object.type()) {
    case Type::Bool:
    case Type::Int:
    case Type::BigInt:
      return kNumber;
    case Type::Float:
      return kFloat;
    case Type::Str:
      return object.markup() ? kMarkup : kStr;
    case Type::Bytes:
      return kBytes;
    case Type::Tuple:
      return object.flag() ? kGroup : kTuple;
    case Type::List:
    case Type::JsonArray:
      return kList;
    case Type::Dict:
    case Type::JsonObject:
      return kDict;
    case Type::DictView:
      return object.as<DictView>()->kind == DictView::Kind::Values ? kValues : kItems;
    case Type::Iterator:
      return kGenerator;
    case Type::Function:
      return kFunction;
    case Type::Method:
      return kMethod;
    case Type::DictType:
      return kType;
    case Type::Cycler:
      return kCycler;
    case Type::Joiner:
      return kJoiner;
    case Type::Macro:
      return kMacro;
    case Type::Loop:
      return kLoop;
    case Type::Self:
      return kSelf;
    case Type::BlockRef:
      return kBlock;
    case Type::None:
      return kNone;
    case Type::Undefined:
      return kUndefined;
    case Type::DateTime:
    case Type::Date:
    case Type::Time:
      return kDateTime;
    case Type::TimeDelta:
      return kTimeDelta;
    case Type::TimeZone:
      return kTimeZone;
    case Type::Missing:
    case Type::Namespace:
    case Type::Slice:
      break;
  }
  return {};
}

}  // namespace

bool is_unsafe(Value object, std::string_view name) {
  if (!name.starts_with('_') && !name.starts_with("gi_") && name != "mro") return false;
  // A namespace hides what Python gives to all objects behind its own attributes.
  if (object.is(Type::Namespace)) return name == "__class__" || name == "_Namespace__attrs";
  return in(kEverywhere, name) || in(names_of(object), name);
}

}  // namespace tocsin::jinja
