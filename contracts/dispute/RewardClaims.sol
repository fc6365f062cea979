// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, IDisputeGame, Kill} from "../interfaces/IDisputeGame.sol";
import {Assertion, IInferenceOracle, Request, RequestStatus} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {ClaimLeaf, IRewardClaims} from "../interfaces/IRewardClaims.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {AssertionId, GameId, RequestId} from "../types/Ids.sol";

/// @title Rewards and who earned them, see IRewardClaims
contract RewardClaims is IRewardClaims {
    uint256 internal constant LEAVES = 4;
    uint256 internal constant SEED_DELAY = 2;
    /// @dev The EVM knows the hashes of the last 256 blocks; some are left as a margin.
    uint256 internal constant SEED_LIFE = 200;

    IInferenceOracle public immutable ORACLE;
    IModelRegistry public immutable MODELS;
    IOperatorRegistry public immutable OPERATORS;
    IDisputeGame public immutable GAME;

    /// @dev `best` is the best-ranked proved claim; `rank` is 0 for the killer, else its order.
    struct Claim {
        GameId best;
        uint40 rank;
        bool paid;
    }

    mapping(AssertionId => Claim) private _claims;
    mapping(GameId => uint256) private _seedBlock;

    constructor(IInferenceOracle oracle, IModelRegistry models, IOperatorRegistry operators, IDisputeGame game) {
        ORACLE = oracle;
        MODELS = models;
        OPERATORS = operators;
        GAME = game;
    }

    /// @inheritdoc IRewardClaims
    function startClaim(GameId gameId) external {
        Game memory g = GAME.game(gameId);
        // INVARIANT: only the challenger fixes the block of its own draw; a stranger could else fix it and let it lapse.
        if (msg.sender != g.challenger || !GAME.stoodAtKill(gameId)) revert RewardClaims_NotClaimant(gameId);
        _requireWindow(g.assertion);
        if (_seedBlock[gameId] != 0) revert RewardClaims_AlreadyStarted(gameId);
        _seedBlock[gameId] = block.number + SEED_DELAY;
        emit ClaimStarted(gameId, g.assertion, block.number + SEED_DELAY);
    }

    /// @inheritdoc IRewardClaims
    function drawnKernels(GameId gameId) public view returns (uint32[] memory drawn) {
        uint256 seedBlock = _seedBlock[gameId];
        if (seedBlock == 0) revert RewardClaims_NotStarted(gameId);
        if (block.number <= seedBlock) revert RewardClaims_SeedNotReady(seedBlock);
        if (block.number > seedBlock + SEED_LIFE) revert RewardClaims_SeedTooOld(seedBlock);
        bytes32 seed = keccak256(abi.encode(blockhash(seedBlock), gameId));
        AssertionId assertionId = GAME.game(gameId).assertion;
        uint32[] memory kernels = MODELS.claimKernels(ORACLE.request(ORACLE.assertion(assertionId).request).programRoot);
        drawn = new uint32[](kernels.length < LEAVES ? kernels.length : LEAVES);
        for (uint256 i = 0; i < drawn.length; ++i) {
            uint256 j = i + uint256(keccak256(abi.encode(seed, i))) % (kernels.length - i);
            (kernels[i], kernels[j]) = (kernels[j], kernels[i]);
            drawn[i] = kernels[i];
        }
    }

    /// @inheritdoc IRewardClaims
    function proveClaim(GameId gameId, bytes32 root, ClaimLeaf[] calldata leaves) external {
        uint32[] memory drawn = drawnKernels(gameId);
        if (leaves.length != drawn.length) revert RewardClaims_LeafCount(drawn.length, leaves.length);
        Game memory g = GAME.game(gameId);
        // INVARIANT: the root is the one that the game was opened with: its id is a hash of it.
        if (GameId.unwrap(gameId) != keccak256(abi.encode(g.assertion, g.challenger, root))) revert RewardClaims_NotRootOf(gameId);
        RequestId requestId = _requireWindow(g.assertion);
        Request memory r = ORACLE.request(requestId);
        Assertion memory truth = ORACLE.assertion(r.settledBy);
        uint256 kernels = MODELS.model(r.programRoot).kernels;
        bytes32 mine = ORACLE.saltOf(requestId, g.challenger);
        bytes32 settled = ORACLE.saltOf(requestId, truth.asserter);
        for (uint256 i = 0; i < leaves.length; ++i) {
            ClaimLeaf calldata leaf = leaves[i];
            // INVARIANT: the root that the claimant posted before the fight agrees with the truth, under its own salt.
            if (
                !Merkle.contains(root, kernels, drawn[i], Merkle.hashPair(mine, leaf.tensorRoot), leaf.mine)
                    || !Merkle.contains(truth.traceRoot, kernels, drawn[i], Merkle.hashPair(settled, leaf.tensorRoot), leaf.settled)
            ) revert RewardClaims_LeafDiffers(drawn[i]);
        }
        _record(gameId, g);
    }

    /// @inheritdoc IRewardClaims
    function payClaim(AssertionId assertionId) external {
        uint256 reward = rewardOf(assertionId);
        if (reward == 0) revert RewardClaims_NoReward(assertionId);
        RequestStatus status = ORACLE.request(ORACLE.assertion(assertionId).request).status;
        bool expired = status == RequestStatus.EXPIRED || status == RequestStatus.EXPIRED_PARTIAL;
        if (!expired && block.timestamp <= windowEnd(assertionId)) revert RewardClaims_WindowOpen(assertionId);
        _claims[assertionId].paid = true;
        GameId best = _claims[assertionId].best;
        if (GameId.unwrap(best) == 0) {
            emit RewardBurned(assertionId, reward);
            OPERATORS.burnPayout(reward);
        } else {
            address challenger = GAME.game(best).challenger;
            emit RewardPaid(assertionId, best, challenger, reward);
            OPERATORS.transferPayout(challenger, reward);
        }
    }

    /// @inheritdoc IRewardClaims
    function rewardOf(AssertionId assertionId) public view returns (uint256) {
        return _claims[assertionId].paid ? 0 : GAME.killOf(assertionId).reward;
    }

    /// @inheritdoc IRewardClaims
    function windowEnd(AssertionId assertionId) public view returns (uint256) {
        Request memory r = ORACLE.request(ORACLE.assertion(assertionId).request);
        if (r.status != RequestStatus.SETTLED) revert RewardClaims_NotSettled(assertionId);
        Kill memory kill = GAME.killOf(assertionId);
        return uint256(kill.time > r.settledAt ? kill.time : r.settledAt) + kill.window;
    }

    function _record(GameId gameId, Game memory g) private {
        Kill memory kill = GAME.killOf(g.assertion);
        uint40 rank = g.order == kill.order ? 0 : g.order;
        Claim storage claim = _claims[g.assertion];
        if (GameId.unwrap(claim.best) == 0 || rank < claim.rank) (claim.best, claim.rank) = (gameId, rank);
        emit ClaimProved(gameId, g.assertion, rank);
    }

    function _requireWindow(AssertionId assertionId) private view returns (RequestId requestId) {
        requestId = ORACLE.assertion(assertionId).request;
        if (block.timestamp > windowEnd(assertionId)) revert RewardClaims_WindowClosed(assertionId);
    }
}
