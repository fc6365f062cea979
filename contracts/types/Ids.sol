// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Content hashes, SPEC section 6. A zero id names nothing.
type RequestId is bytes32;
type AssertionId is bytes32;
type GameId is bytes32;

using {eqRequest as ==, neqRequest as !=} for RequestId global;
using {eqAssertion as ==, neqAssertion as !=} for AssertionId global;

function eqRequest(RequestId a, RequestId b) pure returns (bool) {
    return RequestId.unwrap(a) == RequestId.unwrap(b);
}

function neqRequest(RequestId a, RequestId b) pure returns (bool) {
    return RequestId.unwrap(a) != RequestId.unwrap(b);
}

function eqAssertion(AssertionId a, AssertionId b) pure returns (bool) {
    return AssertionId.unwrap(a) == AssertionId.unwrap(b);
}

function neqAssertion(AssertionId a, AssertionId b) pure returns (bool) {
    return AssertionId.unwrap(a) != AssertionId.unwrap(b);
}
