use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;

#| Stops a batch from any thread.
unit class DAS::Engine::Cancel does DAS::Engine::Handle;

method new(--> DAS::Engine::Cancel) {
    check-abi;
    my Pointer $handle .= new;
    check das_cancel_new($handle);
    self.bless.adopt($handle)
}

#| For good.
method cancel() { check das_cancel_set(self.native) }

method release(Pointer $handle) { das_cancel_free($handle) }
