// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, IDisputeGame, Phase} from "../interfaces/IDisputeGame.sol";
import {Model} from "../interfaces/IModelRegistry.sol";
import {BufferProof} from "../interfaces/IStepVerifier.sol";
import {Lane} from "../libraries/Lane.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {Clock, Side} from "../types/Clock.sol";
import {GameId} from "../types/Ids.sol";
import {Meta} from "../types/Meta.sol";
import {ROOT} from "../types/Position.sol";
import {Reveals} from "./Reveals.sol";

/// @title The challenger's moves
/// @notice Each names the node that it expects, so that a chain reorganisation cannot retarget it.
abstract contract Descents is Reveals {
    /// @inheritdoc IDisputeGame
    function descendTrace(
        GameId gameId, bytes32 expected, uint256 child, bytes32 node, bytes32[] calldata siblings, BufferProof calldata proof
    ) external {
        (Game storage g, Clock memory clock) = _begin(gameId, expected, Phase.TRACE);
        Model memory m = _modelOf(g);
        uint256 depth = Merkle.depthOf(m.kernels);
        _descend(g, depth, child, node, siblings);
        if (g.position.depth() < depth) return _arrive(gameId, g, clock);
        uint256 kernel = g.position.index();
        g.kernel = uint32(kernel);
        Meta meta;
        if (kernel < m.kernels) meta = _proveKernel(m, kernel, proof);
        if (!meta.committed()) return _provePadding(gameId, g, node);
        g.meta = meta;
        g.position = ROOT;
        g.phase = meta.length() > 1 ? Phase.KERNEL : Phase.TENSOR;
        _arrive(gameId, g, clock);
    }

    /// @inheritdoc IDisputeGame
    function pick(
        GameId gameId, bytes32 expected, uint32 kernel, bytes32 root, bytes32[] calldata siblings, BufferProof calldata proof
    ) external {
        (Game storage g, Clock memory clock) = _begin(gameId, expected, Phase.KERNEL);
        Meta committed = g.meta;
        if (kernel != g.kernel) {
            // INVARIANT: interiors after the committed kernel are fed by it, not it by them; they prove nothing.
            if (kernel < committed.first() || kernel > g.kernel) revert DisputeGame_NotInterior(kernel);
            Meta meta = _proveKernel(_modelOf(g), kernel, proof);
            // INVARIANT: an entry of the list at a committed kernel's index means nothing and is never walked into.
            if (meta.committed() || meta.first() != committed.first() || meta.length() != committed.length()) {
                revert DisputeGame_NotInterior(kernel);
            }
            if (!Merkle.contains(_sworn[_place(g)], meta.length(), kernel - meta.first(), root, siblings)) {
                revert DisputeGame_WrongPath(root);
            }
            g.kernel = kernel;
            g.meta = meta;
            g.node = root;
        }
        g.phase = Phase.TENSOR;
        _arrive(gameId, g, clock);
    }

    /// @inheritdoc IDisputeGame
    function descendTensor(GameId gameId, bytes32 expected, uint256 child, bytes32 node, bytes32[] calldata siblings, uint256 lane)
        external
    {
        (Game storage g, Clock memory clock) = _begin(gameId, expected, Phase.TENSOR);
        Meta meta = g.meta;
        uint256 depth = meta.tensorDepth();
        _descend(g, depth, child, node, siblings);
        if (g.position.depth() < depth) return _arrive(gameId, g, clock);
        uint256 size = meta.elementSize();
        if (lane >= 32 / size) revert DisputeGame_NoSuchChild(lane);
        uint256 element = g.position.index() * (32 / size) + lane;
        if (element >= meta.count()) return _provePadding(gameId, g, bytes32(uint256(Lane.read(node, lane, size))));
        g.element = uint32(element);
        g.phase = Phase.LANE;
        emit LaneChosen(gameId, g.kernel, uint32(element), node);
        _passOn(g, clock);
    }

    function _begin(GameId gameId, bytes32 expected, Phase phase) private view returns (Game storage g, Clock memory clock) {
        (g, clock) = _challengersTurn(gameId);
        if (msg.sender != g.challenger) revert DisputeGame_NotChallenger(msg.sender);
        if (g.phase != phase) revert DisputeGame_WrongPhase(g.phase);
        if (g.node != expected) revert DisputeGame_UnexpectedNode(expected, g.node);
    }

    function _descend(Game storage g, uint256 depth, uint256 child, bytes32 node, bytes32[] calldata siblings) private {
        uint256 levels = _levels(g, depth);
        if (child >> levels != 0) revert DisputeGame_NoSuchChild(child);
        if (siblings.length != levels || _seal(g, Merkle.rootOf(node, child, siblings)) != g.node) revert DisputeGame_WrongPath(node);
        g.position = g.position.descendant(levels, child);
        g.node = node;
    }

    /// @dev A place that must be zero and is not is fraud that needs no computation.
    function _provePadding(GameId gameId, Game storage g, bytes32 value) private {
        if (value == 0) revert DisputeGame_PaddingIsZero();
        emit PaddingProved(gameId, g.phase, g.kernel, g.node);
        _challengerWins(gameId, g);
    }

    function _arrive(GameId gameId, Game storage g, Clock memory clock) private {
        emit Descended(gameId, g.phase, g.kernel, g.position, g.node);
        _passOn(g, clock);
    }

    /// @dev The asserter is in turn, unless all that it could post stands already.
    function _passOn(Game storage g, Clock memory clock) private {
        bool posted = _nothingToPost(g) || _revealedAt[_place(g)] != 0;
        clock.pass(posted ? Side.CHALLENGER : Side.ASSERTER, block.timestamp, EXTENSION);
        g.clock = clock;
    }
}
