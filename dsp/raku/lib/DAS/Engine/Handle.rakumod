use NativeCall;
use DAS::Engine::Error;

#| Something that the library has made. It is given back when nobody refers to it any more, or at once by `dispose`.
unit role DAS::Engine::Handle;

has Pointer $!handle;

#| Gives the pointer back to the library.
method release(Pointer) { ... }

#| Takes a new pointer over.
method adopt(Pointer $handle) { $!handle = $handle; self }

#| The pointer, for calls of the library; throws X::DAS::Disposed after `dispose`.
method native(--> Pointer) { $!handle // X::DAS::Disposed.new(self.^name).throw }

#| Whether `dispose` was called.
method disposed(--> Bool) { !$!handle.defined }

#| Gives the memory back now. Harmless when called again; every other call then throws.
method dispose() {
    with $!handle -> $handle {
        $!handle = Pointer;
        self.release($handle);
    }
    Nil
}

submethod DESTROY() { self.dispose }
