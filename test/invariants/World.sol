// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDisputeGame} from "../../contracts/interfaces/IDisputeGame.sol";
import {IInferenceOracle} from "../../contracts/interfaces/IInferenceOracle.sol";
import {IModelRegistry, ModelTerms} from "../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../../contracts/interfaces/IOperatorRegistry.sol";
import {IRewardClaims} from "../../contracts/interfaces/IRewardClaims.sol";
import {BufferProof} from "../../contracts/interfaces/IStepVerifier.sol";
import {Consumer} from "./Consumer.sol";
import {Answer, Genesis, Match, Question} from "./Records.sol";
import {vm} from "./Vm.sol";

/// @title The protocol as it is deployed, the people who use it, and what they did
abstract contract World {
    uint256 internal constant FUNDS = 10_000 ether;
    uint256 internal constant STAKE = 20 ether;
    /// @dev Basis points of a stake that may be locked, of the rules in genesis.ts.
    uint256 internal constant HALF = 5000;
    /// @dev Of the first liar; the second has the next. Others need not sign.
    uint256 internal constant LIARS_KEY = 0xb1;
    string private constant GENESIS = ".opine/invariants/genesis.hex";

    IOperatorRegistry internal vault;
    IInferenceOracle internal oracle;
    IDisputeGame internal game;
    IRewardClaims internal claims;
    address internal deployer;
    Consumer internal consumer;
    /// @dev For nothing, and for a price of which a tenth is royalty.
    bytes32[2] internal versions;
    bytes[] internal descriptors;
    BufferProof[] internal proofs;

    address[] internal protocol;
    address[] internal people;
    address[2] internal consumers = [address(0xc1), address(0xc2)];
    address[2] internal operators = [address(0x01a1), address(0x01a2)];
    address[2] internal liars = [vm.addr(LIARS_KEY), vm.addr(LIARS_KEY + 1)];
    address internal author = address(0xa1);
    address internal artist = address(0xa2);
    address[2] internal challengers = [address(0x01d1), address(0x01d2)];
    address[2] internal spammers = [address(0x01e1), address(0x01e2)];

    mapping(address consumer => uint256) internal nonces;
    Question[] internal questions;
    Answer[] internal answers;
    Match[] internal matches;
    /// @dev Wei that an operator put into its stake and has not begun to take out, and that it began to and has not completed.
    mapping(address => uint256) internal staked;
    mapping(address => uint256) internal unstaking;

    /// @dev Counted here: the compiler may take the block's own for constant within a call.
    uint256 private time = 1_800_000_000;
    uint256 private height = 1_000;

    constructor() {
        _wait(0);
        Genesis memory g = abi.decode(vm.parseBytes(vm.readFile(GENESIS)), (Genesis));
        _deploy(g);
        (vault, oracle, game) = (IOperatorRegistry(g.operators), IInferenceOracle(g.oracle), IDisputeGame(g.game));
        (claims, deployer) = (IRewardClaims(g.claims), g.deployer);
        for (uint256 i = 0; i < g.descriptors.length; ++i) descriptors.push(g.descriptors[i]);
        for (uint256 i = 0; i < g.proofs.length; ++i) proofs.push(g.proofs[i]);
        for (uint256 i = 0; i < g.protocol.length; ++i) protocol.push(g.protocol[i]);
        people.push(g.deployer);
        people.push(author);
        people.push(artist);
        _offer(IModelRegistry(g.models), g.versionId);
        consumer = new Consumer(oracle);
        consumers[1] = address(consumer);
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 5; ++j) {
                address account = [consumers[i], operators[i], liars[i], challengers[i], spammers[i]][j];
                people.push(account);
                vm.deal(account, FUNDS);
            }
            _stake(operators[i]);
            _stake(liars[i]);
        }
    }

    function _deploy(Genesis memory g) private {
        vm.deal(g.deployer, FUNDS);
        vm.setNonce(g.deployer, 0);
        for (uint256 i = 0; i < g.transactions.length; ++i) {
            (address to, bytes memory data) = (g.transactions[i].to, g.transactions[i].data);
            vm.prank(g.deployer);
            bool done;
            if (to == address(0)) {
                assembly ("memory-safe") {
                    done := create(0, add(data, 32), mload(data))
                }
            } else {
                (done,) = to.call(data);
            }
            require(done, "a transaction of the deployment failed");
        }
        require(g.oracle.code.length > 0, "the oracle came to another address");
    }

    function _offer(IModelRegistry models, bytes32 free) private {
        ModelTerms memory terms = ModelTerms({price: 0.01 ether, royaltyReceiver: artist, royaltyBps: 1000, uri: ""});
        bytes32 programRoot = models.version(free).programRoot;
        vm.prank(author);
        (, bytes32 priced) = models.createModel(programRoot, terms);
        versions = [free, priced];
    }

    /// @dev Later by so many seconds, and at least a block.
    function _wait(uint256 duration) internal {
        time += duration;
        height += 1 + duration / 12;
        vm.warp(time);
        vm.roll(height);
    }

    function _stake(address operator) internal {
        vm.prank(operator);
        vault.stake{value: STAKE}();
        staked[operator] += STAKE;
    }
}
