// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

enum Side {
    ASSERTER,
    CHALLENGER
}

/// @notice A chess clock: time runs for the side in turn.
/// @param turn       whose time runs
/// @param since      when this turn began, unix seconds
/// @param asserter   seconds that the asserter has left at `since`
/// @param challenger seconds that the challenger has left at `since`
struct Clock {
    Side turn;
    uint40 since;
    uint32 asserter;
    uint32 challenger;
}

using LibClock for Clock global;

library LibClock {
    /// @notice Seconds that the side in turn had left when its turn began.
    function left(Clock memory clock) internal pure returns (uint256) {
        return clock.turn == Side.ASSERTER ? clock.asserter : clock.challenger;
    }

    /// @notice Whether the side in turn had run out of time at `time`.
    function expired(Clock memory clock, uint256 time) internal pure returns (bool) {
        return time > clock.since && time - clock.since > clock.left();
    }

    /// @notice Ends the turn at `time` and begins `next`'s, which gets at least `extension` seconds.
    /// @dev    The caller has checked that the turn had not expired at `time`.
    function pass(Clock memory clock, Side next, uint256 time, uint256 extension) internal pure {
        uint32 used = time > clock.since ? uint32(time - clock.since) : 0;
        if (clock.turn == Side.ASSERTER) clock.asserter -= used;
        else clock.challenger -= used;
        clock.turn = next;
        clock.since = uint40(time);
        if (next == Side.ASSERTER && clock.asserter < extension) clock.asserter = uint32(extension);
        if (next == Side.CHALLENGER && clock.challenger < extension) clock.challenger = uint32(extension);
    }
}
