// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

enum Side {
    ASSERTER,
    CHALLENGER
}

/// @notice A chess clock: time runs for the side in turn. Seconds fit 24 bits: `Parameters` bounds them by a month.
/// @param turn       whose time runs
/// @param since      when this turn began, unix seconds
/// @param asserter   seconds that the asserter has left at `since`
/// @param challenger seconds that the challenger has left at `since`
/// @param extension  seconds that a turn has at least
struct Clock {
    Side turn;
    uint40 since;
    uint24 asserter;
    uint24 challenger;
    uint24 extension;
}

using LibClock for Clock global;

library LibClock {
    /// @notice Seconds that the side in turn had left when its turn began.
    function left(Clock memory clock) internal pure returns (uint256) {
        return clock.turn == Side.ASSERTER ? clock.asserter : clock.challenger;
    }

    /// @notice Whether the side in turn has run out of time.
    /// @param elapsed seconds that its clock ran since its turn began
    function expired(Clock memory clock, uint256 elapsed) internal pure returns (bool) {
        return elapsed > clock.left();
    }

    /// @notice Ends the turn at `time`, after `elapsed` seconds, and begins `next`'s, which gets at least the extension.
    /// @dev    The caller has checked that the turn had not expired.
    function pass(Clock memory clock, Side next, uint256 elapsed, uint256 time) internal pure {
        if (clock.turn == Side.ASSERTER) clock.asserter -= uint24(elapsed);
        else clock.challenger -= uint24(elapsed);
        clock.turn = next;
        clock.since = uint40(time);
        if (next == Side.ASSERTER && clock.asserter < clock.extension) clock.asserter = clock.extension;
        if (next == Side.CHALLENGER && clock.challenger < clock.extension) clock.challenger = clock.extension;
    }
}
