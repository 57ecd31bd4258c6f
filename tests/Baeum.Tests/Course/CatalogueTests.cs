using Baeum.Course;

namespace Baeum.Tests.Course;

public sealed class CatalogueTests : IDisposable
{
    private readonly TemporaryCourse course = new();

    public void Dispose() => course.Dispose();

    [Fact]
    public void ChaptersComeInReadingOrder()
    {
        course.Add("ch12", "");
        course.Add("ch2", "");
        course.Add("ch2_2", "");
        course.Add("late", "", "10-last");
        course.Add("middle", "", "2-next");
        Assert.Equal(["ch2", "ch2_2", "ch12", "middle", "late"], course.Catalogue().Chapters.Select(chapter => chapter.Id));
    }

    [Fact]
    public void ANamedOrderComesBeforeTheNaturalOne()
    {
        foreach (string id in (string[])["alpha", "beta", "gamma", "ch2"]) course.Add(id, "");
        File.WriteAllText(Path.Combine(course.Folder, "chapters", "parts.txt"), "1-mathematics: 수학 | Mathematics\n    gamma alpha\n");
        Catalogue catalogue = course.Catalogue();
        Assert.Equal(["gamma", "alpha", "beta", "ch2"], catalogue.Chapters.Select(chapter => chapter.Id));
        Assert.Contains("1. ", catalogue.PartTitle("1-mathematics"), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryIdOfTheNamedOrderIsAChapter()
    {
        Catalogue all = Catalogue.Locate();
        string[] lines = File.ReadAllLines(Path.Combine(all.Home, "chapters", "parts.txt"));
        Assert.All(lines.Where(line => line.StartsWith(' ')).SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)), id => Assert.NotNull(all.Find(id)));
    }

    [Fact]
    public void AnIdIsFoundCaseAside()
    {
        course.Add("ch2", "");
        Assert.NotNull(course.Catalogue().Find("CH2"));
        Assert.Null(course.Catalogue().Find("ch3"));
    }

    [Fact]
    public void TheHeaderTellsBothLanguages()
    {
        course.Add("ch2", "", title: "도함수 | Derivative");
        Chapter chapter = course.Catalogue().Chapters[0];
        Assert.Equal("도함수", chapter.KoreanTitle);
        Assert.Equal("Derivative", chapter.EnglishTitle);
        Assert.Equal(0.5, chapter.Minutes);
    }

    [Fact]
    public void ParametersAreReadFromTheProgram()
    {
        course.Add("ch2", """double a = lesson.Parameter("lr", 0.1, 0, 1); int b = lesson.Parameter( "steps", 10, 1, 100);""");
        Assert.Equal(["lr", "steps"], course.Catalogue().Chapters[0].Parameters);
    }

    [Fact]
    public void CellsKeepNamesAndLines()
    {
        string path = course.Add("ch2", "// %% first part\nint a = 1;\n\n// %% second\nint b = 2;");
        IReadOnlyList<ChapterCell> cells = Chapter.Read(path).Cells();
        Assert.Equal(["", "first part", "second"], cells.Select(cell => cell.Name));
        string[] lines = File.ReadAllLines(path);
        Assert.Equal("int a = 1;", lines[cells[1].Line - 1]);
        Assert.Equal("int b = 2;", cells[2].Text);
    }

    [Theory]
    [InlineData("// title: t\n// computes: c\n// minutes: 1\n", "chapter")]
    [InlineData("// chapter: a\n// title: t\n// computes: c\n", "minutes")]
    [InlineData("// chapter: a\n// title: t\n// computes: c\n// minutes: soon\n", "soon")]
    public void AnIncompleteHeaderIsNamed(string header, string missing)
    {
        string path = course.Add("ch2", "");
        File.WriteAllText(path, header);
        string message = Assert.Throws<ChapterException>(() => Chapter.Read(path)).Message;
        Assert.Contains(missing, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameIdTwiceIsRefused()
    {
        course.Add("ch2", "");
        File.Copy(course.Add("ch2", ""), Path.Combine(course.Folder, "chapters", "1-mathematics", "ch2_again.cs"));
        Assert.Contains("ch2_again.cs", Assert.Throws<ChapterException>(course.Catalogue).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryChapterOfTheCourseHasItsTextInBothLanguages()
    {
        Catalogue all = Catalogue.Locate();
        Assert.NotEmpty(all.Chapters);
        Assert.All(all.Chapters, chapter =>
        {
            Assert.NotNull(chapter.Prose("ko"));
            Assert.NotNull(chapter.Prose("en"));
            Assert.Contains(chapter.KoreanTitle, letter => letter is >= '가' and <= '힣');
            Assert.DoesNotContain(chapter.EnglishTitle, letter => letter is >= '가' and <= '힣');
            Assert.StartsWith(chapter.Id, Path.GetFileName(chapter.Path), StringComparison.Ordinal);
            Assert.NotEqual(chapter.Part, all.PartTitle(chapter.Part));
            // a lesson is some 120 lines; two that also train on real texts are longer
            Assert.InRange(chapter.Source.Split('\n').Length, 5, 200);
        });
    }
}
