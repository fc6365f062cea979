// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RequestStatus} from "../types/Inference.sol";

/// @notice A request as it is kept: two slots; the input root, which a dispute writes; and one that many requests leave empty.
/// @param time        the deadline; once settled, when it was settled
/// @param count       assertions made
/// @param gasPrice    wei per gas of prepaid callbacks, in units of 2^20, rounded up
/// @param serial      of the version that was asked
/// @param cursor      so many of the first assertions need not be looked at any more
/// @param told        1 + the index of the assertion that an optimistic consumer was told, 0 for none
/// @param tellPaid    whether somebody was paid for telling it
/// @param retraction  how far the news of its fall came
struct StoredRequest {
    address consumer;
    uint40 time;
    uint24 liveness;
    uint16 count;
    State state;
    uint80 bond;
    uint80 fee;
    uint24 callbackGas;
    uint24 gasPrice;
    uint40 serial;
    bytes32 inputRoot;
    uint96 price;
    uint96 delayPrice;
    uint16 cursor;
    uint16 told;
    bool tellPaid;
    Retraction retraction;
}

enum Retraction {
    NONE,
    FAILED,
    DELIVERED
}

/// @notice Bits 0-2 status, 3-5 redundancy less one, 6 reopened, 7 optimistic, 8 allowInactive, 9 delivered, 10 whether the last slot is used.
type State is uint16;

using LibState for State global;
using LibState for StoredRequest global;

library LibState {
    uint16 internal constant REOPENED = 1 << 6;
    uint16 internal constant OPTIMISTIC = 1 << 7;
    uint16 internal constant ALLOW_INACTIVE = 1 << 8;
    uint16 internal constant DELIVERED = 1 << 9;
    uint16 internal constant EXTRAS = 1 << 10;

    /// @notice So many of the first assertions need not be looked at any more.
    function firstIndex(StoredRequest storage r) internal view returns (uint256) {
        return r.state.has(EXTRAS) ? r.cursor : 0;
    }

    function setFirstIndex(StoredRequest storage r, uint256 index) internal {
        r.cursor = uint16(index);
        r.state = r.state.with(EXTRAS);
    }

    /// @notice The state of a new request. @param wanted the redundancy, 1 to 8
    function open(uint8 wanted, bool optimistic, bool allowInactive, bool delivered) internal pure returns (State) {
        uint16 bits = uint16(RequestStatus.OPEN) | (uint16(wanted) - 1) << 3;
        if (optimistic) bits |= OPTIMISTIC;
        if (allowInactive) bits |= ALLOW_INACTIVE;
        if (delivered) bits |= DELIVERED;
        return State.wrap(bits);
    }

    function status(State state) internal pure returns (RequestStatus) {
        return RequestStatus(State.unwrap(state) & 7);
    }

    function redundancy(State state) internal pure returns (uint8) {
        return uint8(State.unwrap(state) >> 3 & 7) + 1;
    }

    function has(State state, uint16 flag) internal pure returns (bool) {
        return State.unwrap(state) & flag != 0;
    }

    function withStatus(State state, RequestStatus next) internal pure returns (State) {
        return State.wrap(State.unwrap(state) & ~uint16(7) | uint16(next));
    }

    function with(State state, uint16 flag) internal pure returns (State) {
        return State.wrap(State.unwrap(state) | flag);
    }

    function without(State state, uint16 flag) internal pure returns (State) {
        return State.wrap(State.unwrap(state) & ~flag);
    }
}
