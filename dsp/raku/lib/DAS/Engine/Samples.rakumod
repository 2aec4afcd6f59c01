use NativeCall;

#| Samples as the library takes them and as Raku has them.
unit module DAS::Engine::Samples;

#| Numbers as a C array. An array of the kind is passed on; a Blob holds 32-bit floats in the machine's order.
proto sub samples($ --> CArray) is export {*}
multi sub samples(CArray $given) { $given }
multi sub samples(Blob:D $given) {
    $given.bytes %% 4 or die "{ $given.bytes } bytes are no 32-bit floats";
    my $copy = CArray[num32].allocate($given.bytes div 4);
    $copy[$_] = $given.read-num32($_ * 4) for ^($given.bytes div 4);
    $copy
}
multi sub samples(@given) { CArray[num32].new(@given.map(*.Num)) }

#| Room for so many.
sub room(Int $count --> CArray) is export { CArray[num32].allocate($count max 1) }

#| Numbers in double precision as a C array, and room for so many.
sub doubles(@given --> CArray) is export { CArray[num64].new(@given.map(*.Num)) }
sub double-room(Int $count --> CArray) is export { CArray[num64].allocate($count max 1) }

#| Pairs of real and imaginary part as complex numbers.
sub complexes(CArray $from, Int $count --> List) is export {
    (^$count).map({ Complex.new($from[2 * $_], $from[2 * $_ + 1]) }).eager
}

#| The first so many, copied: an element of a C array is a reference, and the array will be written to again.
sub numbers(CArray $from, Int $count --> List) is export { (^$count).map({ $from[$_] + 0e0 }).eager }

#| How many whole frames so many samples are.
sub frames(Int $samples, Int $channels --> Int) is export {
    $samples %% $channels or die "$samples samples are no whole frames of $channels channels";
    $samples div $channels
}
