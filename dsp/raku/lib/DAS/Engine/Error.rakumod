use DAS::Engine::Native;

#| What a call of the library fails with.
class X::DAS is Exception {
    #| The kind, a value of the enumeration Status.
    has Status $.status is required;
    #| Stable machine-readable name, finer than the status: `truncated`, `not_audio`, `too_long`.
    has Str $.code is required;
    #| A sentence for people.
    has Str $.reason is required;
    method message(--> Str) { "$!reason ($!code)" }
}

#| A handle that was disposed of.
class X::DAS::Disposed is X::DAS {
    method new(Str $what) {
        self.bless(:status(STATUS-STATE), :code<disposed>, :reason("this $what was disposed of"))
    }
}

#| Throws what the library says, unless all is well.
sub check(Int $status) is export {
    return if $status == STATUS-OK;
    X::DAS.new(
        :status(Status($status) // STATUS-INTERNAL), :code(das_last_error_code), :reason(das_last_error_message)
    ).throw
}

#| Throws where the library has another interface than these bindings. Once is enough.
sub check-abi is export {
    state $fine = das_abi_version() == ABI-VERSION
        or X::DAS.new(
            :status(STATUS-INTERNAL), :code<abi>,
            :reason("{ library() } has interface { das_abi_version() }; this module needs { ABI-VERSION }")
        ).throw;
}
