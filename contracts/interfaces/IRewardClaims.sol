// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssertionId, GameId} from "../types/Ids.sol";

/// @notice A drawn kernel's tensor root, in the claimant's trace and in the settling assertion's.
struct ClaimLeaf {
    bytes32 tensorRoot;
    bytes32[] mine;
    bytes32[] settled;
}

/// @title  Pay goes to work, SPEC section 8
/// @notice Pays the reward of a defeated assertion to the best-ranked challenger whose own trace agrees with the truth.
interface IRewardClaims {
    event ClaimStarted(GameId indexed gameId, AssertionId indexed assertionId, uint256 seedBlock);
    event ClaimProved(GameId indexed gameId, AssertionId indexed assertionId, uint256 rank);
    event RewardPaid(AssertionId indexed assertionId, GameId indexed gameId, address indexed challenger, uint256 amount);
    event RewardBurned(AssertionId indexed assertionId, uint256 amount);

    error RewardClaims_NotClaimant(GameId gameId);
    error RewardClaims_NotSettled(AssertionId assertionId);
    error RewardClaims_WindowClosed(AssertionId assertionId);
    error RewardClaims_WindowOpen(AssertionId assertionId);
    error RewardClaims_AlreadyStarted(GameId gameId);
    error RewardClaims_NotStarted(GameId gameId);
    error RewardClaims_SeedNotReady(uint256 seedBlock);
    error RewardClaims_SeedTooOld(uint256 seedBlock);
    error RewardClaims_LeafCount(uint256 expected, uint256 given);
    error RewardClaims_NotRootOf(GameId gameId);
    error RewardClaims_LeafDiffers(uint256 kernel);
    error RewardClaims_NoReward(AssertionId assertionId);

    /// @notice Fixes the seed of a claim: the hash of the second next block. Once for each game, within the window.
    function startClaim(GameId gameId) external;

    /// @notice The kernels whose leaves the claim must open, in order. Reverts before the seed is known or when it is too old.
    function drawnKernels(GameId gameId) external view returns (uint32[] memory);

    /// @notice Opens the drawn leaves.
    /// @param root the challenger's own trace root, with which the game was opened
    function proveClaim(GameId gameId, bytes32 root, ClaimLeaf[] calldata leaves) external;

    /// @notice After the window: pays the best-ranked proved claim, or burns the reward if there is none or the request expired.
    function payClaim(AssertionId assertionId) external;

    /// @notice What is still to be paid for a defeated assertion, wei.
    function rewardOf(AssertionId assertionId) external view returns (uint256);

    /// @notice Last second of claims: the window of the kill, counted from the settlement or, where that was later, from the defeat.
    function windowEnd(AssertionId assertionId) external view returns (uint256);
}
