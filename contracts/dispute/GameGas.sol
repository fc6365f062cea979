// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  What moves cost
/// @notice Fixed figures in gas, near what the moves of the models in this repository were measured to cost (test/contracts/game-bonds.test.ts).
///         A winner is reimbursed by them and not by what it spent, so that nobody gains by spending more.
library GameGas {
    uint256 internal constant OPEN = 140_000;
    uint256 internal constant DESCEND = 90_000;
    uint256 internal constant PICK = 90_000;
    uint256 internal constant SWEAR = 75_000;
    uint256 internal constant STEP = 300_000;
    uint256 internal constant STEP_INVALID = 400_000;
    uint256 internal constant TWO_OATHS = 150_000;
    uint256 internal constant TIMEOUT = 160_000;

    /// @notice What the asserter pays at most for one game: every reveal and oath of the deepest game, and the call that ends it.
    uint256 internal constant DEFENDER = 2_500_000;
}
