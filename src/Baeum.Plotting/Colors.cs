namespace Baeum.Plotting;

/// <summary>The colours of lines and points: Okabe and Ito's palette, told apart by colour-blind readers too, and a grey for what stands behind.</summary>
public enum Color
{
    /// <summary>The first that no earlier layer of the panel has.</summary>
    Next,

    /// <summary>#0072B2.</summary>
    Blue,

    /// <summary>#D55E00.</summary>
    Vermilion,

    /// <summary>#009E73.</summary>
    Green,

    /// <summary>#CC79A7.</summary>
    Pink,

    /// <summary>#E69F00.</summary>
    Orange,

    /// <summary>#56B4E9.</summary>
    Sky,

    /// <summary>#000000.</summary>
    Black,

    /// <summary>#888888, for what stands behind.</summary>
    Grey,
}

/// <summary>How numbers become colours in heat maps, pictures, contours and surfaces.</summary>
public enum ColorMap
{
    /// <summary>Dark violet to yellow, evenly lighter: for amounts.</summary>
    Viridis,

    /// <summary>Blue over white to red, symmetric about zero: for numbers with a sign.</summary>
    Diverging,

    /// <summary>Black to white: for pictures.</summary>
    Grey,
}
