use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Samples;

#| Convolves one channel that comes in pieces with fixed taps.
unit class DAS::Engine::Convolver does DAS::Engine::Handle;

method new(@taps --> DAS::Engine::Convolver) {
    check-abi;
    my Pointer $handle .= new;
    check das_convolver_new(doubles(@taps), @taps.elems, $handle);
    self.bless.adopt($handle)
}

#| Takes samples; the convolved ones that became complete.
method push($samples --> List) {
    my $given = samples($samples);
    check das_convolver_push(self.native, $given, $given.elems);
    self!rest
}

#| Ends the sound; the rest: N samples and L taps are N + L - 1 in all.
method finish(--> List) {
    check das_convolver_finish(self.native);
    self!rest
}

method !rest(--> List) {
    my @all;
    my $room = room(4096);
    my size_t $count = 0;
    repeat {
        check das_convolver_read(self.native, $room, 4096, $count);
        @all.append(numbers($room, $count));
    } while $count;
    @all.List
}

method release(Pointer $handle) { das_convolver_free($handle) }
