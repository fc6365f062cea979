// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  What bonds must cover, and where a lost one goes
/// @notice Amounts in wei, shares in basis points of the bond.
library Bonds {
    uint256 internal constant BPS = 10_000;

    /// @dev Of a defeated bond: the winner gets the base reward and its gas figure, together at most the most; the requester its fee, at most
    ///      its own most. So at least half is burned, and to fight oneself loses half a bond.
    uint256 internal constant BASE_REWARD_BPS = 1_000;
    uint256 internal constant MOST_REWARD_BPS = 2_000;
    uint256 internal constant MOST_CONSUMER_BPS = 3_000;

    /// @dev Gas of a challenger's moves in a long game with its claim.
    uint256 internal constant CHALLENGER_GAS = 3_000_000;

    /// @notice The price of gas that bonds reckon with: the governed one, or a multiple of the base fee where that is more.
    function gasPriceFor(uint256 governed, uint256 multiple, uint256 baseFee) internal pure returns (uint256) {
        uint256 market = multiple * baseFee;
        return market > governed ? market : governed;
    }

    /// @notice Least bond of an assertion: the most reward covers the challenger's gas, its re-run, which is worth what the operators' fee
    ///         is, and as much again for its trouble.
    /// @param fee   the request's fee for operators
    /// @param least floor that governance sets
    function asserterBond(uint256 gasPrice, uint256 fee, uint256 least) internal pure returns (uint256) {
        uint256 bond = (CHALLENGER_GAS * gasPrice + 2 * fee) * BPS / MOST_REWARD_BPS;
        return bond > least ? bond : least;
    }

    /// @notice Least bond of a challenge: the defender's gas in the worst case, with a margin.
    /// @param gas       gas of the defender's dearest game
    /// @param marginBps of that gas's price, 10,000 for none
    /// @param least     floor that governance sets
    function challengerBond(uint256 gas, uint256 gasPrice, uint256 marginBps, uint256 least) internal pure returns (uint256) {
        uint256 bond = gas * gasPrice * marginBps / BPS;
        return bond > least ? bond : least;
    }

    /// @notice How a defeated bond is split; what is left, at least half, is burned.
    /// @param gasFigure what the winner's moves are reckoned to have cost
    /// @param fee       the request's fee for operators
    function split(uint256 bond, uint256 gasFigure, uint256 fee) internal pure returns (uint256 reward, uint256 consumer) {
        reward = _least(bond * MOST_REWARD_BPS / BPS, bond * BASE_REWARD_BPS / BPS + gasFigure);
        consumer = _least(bond * MOST_CONSUMER_BPS / BPS, fee);
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
