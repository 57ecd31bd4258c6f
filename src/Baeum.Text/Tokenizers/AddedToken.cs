namespace Baeum.Text;

/// <summary>A token that is found in the text before anything else is done, whatever the model's vocabulary says.</summary>
/// <param name="Content">Its text.</param>
/// <param name="Id">Its id.</param>
/// <param name="Special">True for tokens such as <c>[CLS]</c> that decoding leaves out.</param>
/// <param name="SingleWord">True when it may not be part of a word.</param>
/// <param name="StripLeft">True when it takes the white space before it along.</param>
/// <param name="StripRight">True when it takes the white space after it along.</param>
/// <param name="Normalized">True when it is looked for in the normalised text.</param>
public sealed record AddedToken(string Content, int Id, bool Special = false, bool SingleWord = false, bool StripLeft = false, bool StripRight = false, bool Normalized = false);
