using System.Text.RegularExpressions;
using Baeum.Course;

namespace Baeum.Tests.Docs;

/// <summary>The gallery shows the chapters that there are; <c>./baeum gallery</c> writes it anew.</summary>
[Trait("Leg", "once")]
public partial class GalleryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_page_lists_every_chapter_in_order(bool korean)
    {
        string page = File.ReadAllText(Gallery.PageOf(Goldens.Root, korean));
        Assert.Equal(Catalogue.Locate().Chapters.Select(chapter => chapter.Id), Entry().Matches(page).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Every_picture_is_there_is_small_and_is_shown()
    {
        string folder = Path.Combine(Goldens.Root, "docs", "images", "gallery");
        string[] shown = [.. from korean in (bool[])[false, true]
                             from Match match in Shown().Matches(File.ReadAllText(Gallery.PageOf(Goldens.Root, korean)))
                             select match.Groups[1].Value];
        Assert.Equal(Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(folder), path => Assert.True(new FileInfo(path).Length <= Gallery.MostBytes, path));
    }

    [GeneratedRegex(@"\*\*\[([^\]]+)\]\(\.\./chapters/")]
    private static partial Regex Entry();

    [GeneratedRegex(@"\]\(images/gallery/([^)]+)\)")]
    private static partial Regex Shown();
}
