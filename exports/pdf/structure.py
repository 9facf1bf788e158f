"""A canvas that writes the structure of what it draws: headings, paragraphs, tables, in reading order, with the language.

reportlab draws; it does not tag. PDF 1.7, section 14.7: each piece of content is marked with an identifier (MCID) that a
tree of elements refers to; what repeats on every page is an artifact, outside the tree.
"""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import XMP, PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFString
from reportlab.pdfgen.canvas import Canvas

for _key in ("StructParents", "Tabs"):  # keys that reportlab's page does not know
    if _key not in pdfdoc.PDFPage.__NoDefault__:
        pdfdoc.PDFPage.__NoDefault__ = [*pdfdoc.PDFPage.__NoDefault__, _key]

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>fr-FR</rdf:li></rdf:Bag></dc:language><pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


@dataclass
class Element:
    """A node of the structure tree: its kids are other elements or (page, MCID) pairs."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    kids: list = field(default_factory=list)


class TaggedCanvas(Canvas):
    """Use through `element(tag)` around drawing; content drawn outside any element must be inside `artifact()`."""

    def __init__(self, *args, **kwargs):
        self.root = Element("Document")
        self._open = [self.root]
        self._next_mcid: dict[int, int] = {}
        super().__init__(*args, **kwargs)

    def begin_element(self, tag: str, *, leaf: bool, **attributes: str) -> None:
        """Open an element; a leaf also marks the content drawn until `end_element`."""
        element = Element(tag, attributes)
        self._open[-1].kids.append(element)
        self._open.append(element)
        if leaf:
            page = self._pageNumber
            mcid = self._next_mcid.get(page, 0)
            self._next_mcid[page] = mcid + 1
            element.kids.append((page, mcid))
            self._code.append(f"/{tag} <</MCID {mcid}>> BDC")

    def end_element(self, *, leaf: bool) -> None:
        self._open.pop()
        if leaf:
            self._code.append("EMC")

    def begin_artifact(self) -> None:
        self._code.append("/Artifact BMC")

    def end_artifact(self) -> None:
        self._code.append("EMC")

    def save(self) -> None:
        self._write_structure()
        super().save()

    def _write_structure(self) -> None:
        document = self._doc
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        root_ref = document.Reference(root, "StructTreeRoot")
        by_page: dict[int, list] = {page: [None] * count for page, count in self._next_mcid.items()}
        top = self._write_element(self.root, root_ref, by_page)
        root.dict["K"] = PDFArray([top])
        numbers: list = []
        for page, references in sorted(by_page.items()):
            numbers += [page - 1, document.Reference(PDFArray(references), f"ParentTree{page}")]
            page_object = document.idToObject[f"Page{page}"]
            page_object.StructParents = page - 1
            page_object.Tabs = PDFName("S")
        root.dict["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(numbers)}), "ParentTree")
        root.dict["ParentTreeNextKey"] = max(by_page, default=0)
        catalog = document.Catalog
        catalog.StructTreeRoot = root_ref
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        self.setViewerPreference("DisplayDocTitle", "true")
        title = escape(document.info.title if isinstance(document.info.title, str) else "")
        catalog.Metadata = XMP(creator=lambda _document: _XMP.format(title=title).encode())

    def _write_element(self, element: Element, parent: PDFObjectReference, by_page: dict[int, list]) -> PDFObjectReference:
        """The object of one element, its kids below it; returns the reference."""
        self._elements = getattr(self, "_elements", 0) + 1
        content = {"Type": PDFName("StructElem"), "S": PDFName(element.tag), "P": parent}
        node = PDFDictionary(content)
        reference = self._doc.Reference(node, f"StructElem{self._elements}")
        if element is self.root:
            node.dict["Lang"] = PDFString("fr-FR")
        if scope := element.attributes.get("scope"):
            node.dict["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(scope)})
        kids = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(self._write_element(kid, reference, by_page))
            else:
                page, mcid = kid
                node.dict["Pg"] = pdfdoc.PDFObjectReference(f"Page{page}")
                kids.append(mcid)
                by_page[page][mcid] = reference
        node.dict["K"] = PDFArray(kids)
        return reference
