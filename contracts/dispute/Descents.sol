// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {elapsedOn} from "../interfaces/ILiveClock.sol";
import {Game, IDisputeGame, Phase} from "../interfaces/IDisputeGame.sol";
import {Shape} from "../interfaces/IModelRegistry.sol";
import {BufferProof} from "../interfaces/IStepVerifier.sol";
import {Lane} from "../libraries/Lane.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {Side} from "../types/Clock.sol";
import {GameId} from "../types/Ids.sol";
import {Meta} from "../types/Meta.sol";
import {ROOT} from "../types/Position.sol";
import {GameGas} from "./GameGas.sol";
import {Reveals} from "./Reveals.sol";

/// @title The challenger's moves
/// @notice Each names the node that it expects, so that a chain reorganisation cannot retarget it.
abstract contract Descents is Reveals {
    /// @inheritdoc IDisputeGame
    function descendTrace(
        GameId gameId, bytes32 expected, uint256 child, bytes32 node, bytes32[] calldata siblings, BufferProof calldata proof
    ) external {
        Game memory g = _begin(gameId, expected, Phase.TRACE);
        Shape memory m;
        if (g.traceDepth == 0) {
            m = _shapeOf(g.assertion);
            g.traceDepth = uint8(Merkle.depthOf(m.kernels));
        }
        _descend(gameId, g, g.traceDepth, child, node, siblings);
        if (g.position.depth() < g.traceDepth) return _arrive(gameId, _spend(g, GameGas.DESCEND));
        if (m.kernels == 0) m = _shapeOf(g.assertion);
        uint256 kernel = g.position.index();
        g.kernel = uint32(kernel);
        Meta meta;
        if (kernel < m.kernels) meta = _proveKernel(m, kernel, proof);
        if (!meta.committed()) return _provePadding(gameId, g, node);
        g.meta = meta;
        g.position = ROOT;
        g.phase = meta.length() > 1 ? Phase.KERNEL : Phase.TENSOR;
        _arrive(gameId, _spend(g, GameGas.DESCEND));
    }

    /// @inheritdoc IDisputeGame
    function pick(
        GameId gameId, bytes32 expected, uint32 kernel, bytes32 root, bytes32[] calldata siblings, BufferProof calldata proof
    ) external {
        Game memory g = _begin(gameId, expected, Phase.KERNEL);
        // INVARIANT: buffer, word and lane are chosen after the interior is sworn; else the liar would swear what makes that lane true.
        if (g.clock.turn != Side.CHALLENGER) revert DisputeGame_NotYourTurn(gameId);
        Meta committed = g.meta;
        if (kernel != g.kernel) {
            // INVARIANT: interiors after the committed kernel are fed by it, not it by them; they prove nothing.
            if (kernel < committed.first() || kernel > g.kernel) revert DisputeGame_NotInterior(kernel);
            Meta meta = _proveKernel(_shapeOf(g.assertion), kernel, proof);
            // INVARIANT: an entry of the list at a committed kernel's index means nothing and is never walked into.
            if (meta.committed() || meta.first() != committed.first() || meta.length() != committed.length()) {
                revert DisputeGame_NotInterior(kernel);
            }
            if (siblings.length != Merkle.depthOf(meta.length())) revert DisputeGame_WrongPath(root);
            if (!_isSworn(_place(g), Merkle.rootOf(root, kernel - meta.first(), siblings))) revert DisputeGame_WrongPath(root);
            g.kernel = kernel;
            g.meta = meta;
            g.node = root;
        }
        g.phase = Phase.TENSOR;
        _arrive(gameId, _spend(g, GameGas.PICK));
    }

    /// @inheritdoc IDisputeGame
    function descendTensor(GameId gameId, bytes32 expected, uint256 child, bytes32 node, bytes32[] calldata siblings, uint256 lane)
        external
    {
        Game memory g = _begin(gameId, expected, Phase.TENSOR);
        Meta meta = g.meta;
        uint256 depth = meta.tensorDepth();
        _descend(gameId, g, depth, child, node, siblings);
        if (g.position.depth() < depth) return _arrive(gameId, _spend(g, GameGas.DESCEND));
        uint256 size = meta.elementSize();
        if (lane >= 32 / size) revert DisputeGame_NoSuchChild(lane);
        uint256 element = g.position.index() * (32 / size) + lane;
        if (element >= meta.count()) return _provePadding(gameId, g, bytes32(uint256(Lane.read(node, lane, size))));
        g.element = uint32(element);
        g.phase = Phase.LANE;
        emit LaneChosen(gameId, g.kernel, uint32(element), node);
        _passOn(gameId, _spend(g, GameGas.DESCEND));
    }

    /// @dev The game, if it is the caller's, in that phase and at that node, and the side in turn has time left.
    function _begin(GameId gameId, bytes32 expected, Phase phase) private view returns (Game memory g) {
        g = _inTime(gameId);
        if (msg.sender != g.challenger) revert DisputeGame_NotChallenger(msg.sender);
        if (g.phase != phase) revert DisputeGame_WrongPhase(g.phase);
        if (g.node != expected) revert DisputeGame_UnexpectedNode(expected, g.node);
    }

    /// @dev Hashed nodes prove themselves whoever shows them, so that the challenger need not wait for a reveal. But without one it must go
    ///      to the bottom of the tree: the number of turns stays bounded. What is sworn it must wait for.
    function _descend(GameId gameId, Game memory g, uint256 depth, uint256 child, bytes32 node, bytes32[] calldata siblings) private view {
        uint256 levels = siblings.length;
        if (g.position.depth() + levels != depth) {
            if (levels != _levels(g, depth)) revert DisputeGame_WrongPath(node);
            if (g.clock.turn != Side.CHALLENGER) revert DisputeGame_NotYourTurn(gameId);
        }
        if (child >> levels != 0) revert DisputeGame_NoSuchChild(child);
        if (_seal(g, Merkle.rootOf(node, child, siblings)) != g.node) revert DisputeGame_WrongPath(node);
        g.position = g.position.descendant(levels, child);
        g.node = node;
    }

    /// @dev A place that must be zero and is not is fraud that needs no computation.
    function _provePadding(GameId gameId, Game memory g, bytes32 value) private {
        if (value == 0) revert DisputeGame_PaddingIsZero();
        emit PaddingProved(gameId, g.phase, g.kernel, g.node);
        _challengerWins(gameId, _spend(g, GameGas.DESCEND));
    }

    function _arrive(GameId gameId, Game memory g) private {
        emit Descended(gameId, g.phase, g.kernel, g.position, g.node);
        _passOn(gameId, g);
    }

    /// @dev The asserter is in turn, unless all that it could post stands already.
    function _passOn(GameId gameId, Game memory g) private {
        bool posted = _nothingToPost(g) || _timeAt(_place(g)) != 0;
        uint256 elapsed = elapsedOn(LIVE_CLOCK, g.clock.since, block.timestamp);
        g.clock.pass(posted ? Side.CHALLENGER : Side.ASSERTER, elapsed, block.timestamp);
        _games[gameId].move(g);
    }
}
