use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Native;

unit module DAS::Engine::Text;

#| Calls `&call` with a place for a text, and takes the text out of it.
sub text-of(&call --> Str) is export {
    my Pointer $text .= new;
    check call($text);
    LEAVE das_text_free($text);
    my size_t $bytes = 0;
    check das_text_length($text, $bytes);
    my $string = das_text_data($text);
    # The length is part of the interface: a text that was cut off would not go unnoticed.
    $string.encode.bytes == $bytes or die "the library promised $bytes bytes";
    $string
}

#| The document that such a text holds.
sub document-of(&call) is export {
    Rakudo::Internals::JSON.from-json(text-of(&call))
}
