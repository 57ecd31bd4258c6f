/* The one symbol of a newer C++ library that TorchSharp's native part asks for; older ones initialise their streams by themselves. */
void _ZSt21ios_base_library_initv(void) {}
