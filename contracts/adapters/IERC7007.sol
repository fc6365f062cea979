// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  ERC-7007: tokens whose content a model made, verifiably
/// @notice ERC-165 id 0x702c55a6. A compliant contract is an ERC-721 token too.
interface IERC7007 {
    /// @notice Content was added to a token.
    event AigcData(uint256 indexed tokenId, bytes indexed prompt, bytes indexed aigcData, bytes proof);

    /// @notice Adds content to the token of a prompt.
    function addAigcData(uint256 tokenId, bytes calldata prompt, bytes calldata aigcData, bytes calldata proof) external;

    /// @notice Whether the model made this content from this prompt, finally.
    function verify(bytes calldata prompt, bytes calldata aigcData, bytes calldata proof) external view returns (bool success);
}

/// @title  ERC-7007, updatable extension: for content that was optimistic and changed
/// @notice ERC-165 id 0x3f37dce2.
interface IERC7007Updatable {
    /// @notice The content of a token was replaced.
    event Update(uint256 indexed tokenId, bytes indexed prompt, bytes indexed aigcData);

    /// @notice Replaces the content of the token of a prompt.
    function update(bytes calldata prompt, bytes calldata aigcData) external;
}
